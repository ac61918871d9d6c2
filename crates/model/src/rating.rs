use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    Good,
    NeedsImprovement,
    Poor,
}

impl Rating {
    pub const fn name(self) -> &'static str {
        match self {
            Rating::Good => "good",
            Rating::NeedsImprovement => "needs-improvement",
            Rating::Poor => "poor",
        }
    }

    pub fn parse(name: &str) -> Option<Rating> {
        [Rating::Good, Rating::NeedsImprovement, Rating::Poor]
            .into_iter()
            .find(|r| r.name() == name)
    }
}

/// Which thresholds rate a vital.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VitalsProfile {
    /// The public three-level thresholds.
    #[default]
    Standard,
    /// The two-level numbers that web-see installations know.
    Seed,
}

/// Rates a vital by name, or `None` when the profile has no opinion on it. The client's own
/// rating is kept beside this one but never trusted.
pub fn rate_vital(profile: VitalsProfile, name: &str, value: f64) -> Option<Rating> {
    let (good, poor) = match profile {
        VitalsProfile::Standard => match name {
            "LCP" => (2500.0, 4000.0),
            "FCP" | "FP" | "FSP" => (1800.0, 3000.0),
            "TTFB" => (800.0, 1800.0),
            "FID" => (100.0, 300.0),
            "INP" => (200.0, 500.0),
            "CLS" => (0.1, 0.25),
            _ => return None,
        },
        VitalsProfile::Seed => {
            let limit = match name {
                "FCP" | "FSP" | "FP" => 2500.0,
                "LCP" => 4000.0,
                "TTFB" | "FID" => 100.0,
                "CLS" => 0.1,
                // Not in the seed's table: the public thresholds.
                "INP" => return rate_vital(VitalsProfile::Standard, name, value),
                _ => return None,
            };
            (limit, limit)
        }
    };
    if !value.is_finite() {
        return None;
    }
    Some(if value <= good {
        Rating::Good
    } else if value <= poor {
        Rating::NeedsImprovement
    } else {
        Rating::Poor
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_belong_to_the_better_rating() {
        use Rating::*;
        let standard = |n, v| rate_vital(VitalsProfile::Standard, n, v);
        assert_eq!(standard("LCP", 2500.0), Some(Good));
        assert_eq!(standard("LCP", 2500.1), Some(NeedsImprovement));
        assert_eq!(standard("LCP", 4000.1), Some(Poor));
        assert_eq!(standard("CLS", 0.25), Some(NeedsImprovement));
        assert_eq!(standard("INP", 501.0), Some(Poor));
        assert_eq!(standard("longTask", 1.0), None);
        assert_eq!(standard("LCP", f64::NAN), None);
    }

    #[test]
    fn the_seed_profile_has_two_levels() {
        use Rating::*;
        let seed = |n, v| rate_vital(VitalsProfile::Seed, n, v);
        assert_eq!(seed("TTFB", 100.0), Some(Good));
        assert_eq!(seed("TTFB", 100.1), Some(Poor));
        assert_eq!(seed("LCP", 3999.0), Some(Good));
        assert_eq!(seed("INP", 300.0), Some(NeedsImprovement));
    }
}
