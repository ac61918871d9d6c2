//! What unit tests share.

use model::{Project, ProjectId, ProjectSettings};

pub(crate) fn project() -> Project {
    Project {
        id: ProjectId(7),
        slug: "shop".into(),
        demo: false,
        environments: vec!["production".into()],
        settings: ProjectSettings::default(),
        salt: [7; 32],
        signing: Vec::new(),
        version: 1,
    }
}
