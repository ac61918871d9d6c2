use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("tempdir");
    let path = dir.path().join("s.toml");
    std::fs::write(&path, text).expect("write");
    (dir, path)
}

fn problems(inputs: &Inputs) -> String {
    load(inputs).expect_err("not valid").to_string()
}

#[test]
fn each_layer_overrides_the_one_before() {
    let (_dir, path) = file("[server]\nport = 1001\nheader_timeout_s = 5\nmax_connections = 7\n");
    let loaded = load(&Inputs {
        file: Some(path.clone()),
        env_file: None,
        environment: environment(&[
            ("SIGNALBOX_SERVER__PORT", "1002"),
            ("SIGNALBOX_SERVER__HEADER_TIMEOUT_S", "6"),
        ]),
        flags: vec![("--port".into(), "server.port".into(), "1003".into())],
    })
    .expect("valid");
    let server = &loaded.config.server;
    assert_eq!((server.port, server.header_timeout_s, server.max_connections), (1003, 6, 7));
    assert_eq!(server.request_timeout_s, 60);
    let origin = |key: &str| loaded.layers.get(key).expect("known").origin.to_string();
    assert_eq!(origin("server.port"), "flag --port");
    assert_eq!(origin("server.header_timeout_s"), "environment SIGNALBOX_SERVER__HEADER_TIMEOUT_S");
    assert_eq!(origin("server.max_connections"), format!("file {}", path.display()));
    assert_eq!(origin("server.request_timeout_s"), "default");
}

#[test]
fn the_environment_stands_above_the_env_file_and_our_names_above_aliases() {
    let (_dir, env_file) = file("PORT=3000\nSIGNALBOX_LOGGING__LEVEL=debug\n");
    let loaded = load(&Inputs {
        env_file: Some(env_file.clone()),
        environment: environment(&[("SIGNALBOX_LOGGING__LEVEL", "warn")]),
        ..Inputs::default()
    })
    .expect("valid");
    assert_eq!((loaded.config.server.port, loaded.config.logging.level.as_str()), (3000, "warn"));

    let single = environment(&[("SIGNALBOX_STORAGE_DATA_DIR", "elsewhere")]);
    let loaded = load(&Inputs { environment: single, ..Inputs::default() }).expect("valid");
    assert_eq!(loaded.config.storage.data_dir, PathBuf::from("elsewhere"));

    let both = environment(&[("SIGNALBOX_SERVER__PORT", "4000"), ("PORT", "3000")]);
    let loaded = load(&Inputs { environment: both, ..Inputs::default() }).expect("valid");
    assert_eq!(loaded.config.server.port, 4000);
}

#[test]
fn names_of_other_deployments_are_used_or_explained() {
    let names = [
        "JWT_SECRET",
        "NODE_ENV",
        "REDIS_HOST",
        "REDIS_PORT",
        "REDIS_PASSWORD",
        "REDIS_DB",
        "MONGODB_URI",
    ];
    let pairs: Vec<_> =
        names.iter().map(|n| ((*n).to_owned(), "planted-value".to_owned())).collect();
    let loaded = load(&Inputs { environment: pairs, ..Inputs::default() }).expect("valid");
    assert_eq!(loaded.warnings.len(), names.len());
    for name in names {
        let warning = loaded.warnings.iter().find(|w| w.starts_with(name)).expect(name);
        assert!(warning.contains("is ignored: "), "{warning}");
        assert!(!warning.contains("planted-value"), "{warning}");
    }
}

#[test]
fn live_connections_are_configured_by_their_older_names_as_well() {
    let older = [("WS_MAX_CONNECTIONS", "500"), ("WS_HEARTBEAT_INTERVAL", "15000")];
    let loaded = load(&Inputs { environment: environment(&older), ..Inputs::default() });
    let realtime = loaded.expect("valid").config.realtime;
    assert_eq!((realtime.max_connections, realtime.heartbeat_interval_ms), (500, 15_000));

    let said = problems(&Inputs {
        environment: environment(&[
            ("WS_HEARTBEAT_INTERVAL", "9999"),
            ("SIGNALBOX_REALTIME__PING_INTERVAL_MS", "9999"),
            ("SIGNALBOX_REALTIME__RECOVERY_S", "400"),
            ("SIGNALBOX_REALTIME__HISTORY_PER_ROOM", "128 MiB"),
            ("SIGNALBOX_METRICS__TOKEN", "short"),
        ]),
        ..Inputs::default()
    });
    for line in [
        "realtime.heartbeat_interval_ms: 9999 must be between 10000",
        "realtime.ping_interval_ms: 9999 must be between 10000",
        "realtime.history_s: must be at least realtime.recovery_s",
        "realtime.history_per_room: must not be more than realtime.history",
        "metrics.token: must have 16 characters or more",
    ] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
    assert!(!said.contains("short"), "{said}");
}

#[test]
fn unknown_names_are_errors_with_a_suggestion() {
    let (_dir, path) = file("[server]\nprot = 1\n[sever]\nport = 2\n[backup]\ndata_dir = 'x'\n");
    let said = problems(&Inputs {
        file: Some(path),
        environment: environment(&[("SIGNALBOX_SERVER__PROT", "1")]),
        flags: vec![("--set".into(), "logging.levle".into(), "debug".into())],
        ..Inputs::default()
    });
    for (name, suggestion) in [
        ("server.prot: unknown key", "did you mean server.port?"),
        ("[sever]: unknown section", "did you mean [server]?"),
        ("backup.data_dir: unknown key", "did you mean storage.data_dir?"),
        ("SIGNALBOX_SERVER__PROT: unknown variable", "did you mean SIGNALBOX_SERVER__PORT?"),
        ("logging.levle: unknown key (flag --set)", "did you mean logging.level?"),
    ] {
        let line = said.lines().find(|line| line.contains(name)).expect(name);
        assert!(line.contains(suggestion), "{line}");
    }
}

#[test]
fn wrong_values_name_their_key_and_origin() {
    let said = problems(&Inputs {
        environment: environment(&[
            ("PORT", "eighty"),
            ("SIGNALBOX_SERVER__HOST", "nowhere"),
            ("SIGNALBOX_STORAGE__WAREHOUSE_MEMORY", "much"),
            ("SIGNALBOX_BACKUP__AT", "25:00"),
            ("SIGNALBOX_BACKUP__TIMEZONE", "Mars/Olympus"),
            ("SIGNALBOX_LOGGING__LEVEL", "a=b=c"),
            ("SIGNALBOX_LOGGING__FORMAT", "xml"),
        ]),
        ..Inputs::default()
    });
    for line in [
        "server.port: invalid type: string \"eighty\"",
        "(environment PORT)",
        "server.host",
        "storage.warehouse_memory",
        "logging.format",
    ] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
    let said = problems(&Inputs {
        environment: environment(&[
            ("SIGNALBOX_BACKUP__AT", "25:00"),
            ("SIGNALBOX_BACKUP__TIMEZONE", "Mars/Olympus"),
            ("SIGNALBOX_LOGGING__LEVEL", "a=b=c"),
            ("SIGNALBOX_SERVER__TRUSTED_PROXIES", "10.0.0.0/8"),
            ("SIGNALBOX_SERVER__EXTRA_LISTENERS", "127.0.0.1:3000, nonsense"),
        ]),
        ..Inputs::default()
    });
    for line in ["backup.at", "backup.timezone", "logging.level", "server.extra_listeners"] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
}

#[test]
fn a_named_file_must_exist_and_parse() {
    let missing = Inputs { file: Some("nowhere.toml".into()), ..Inputs::default() };
    assert!(problems(&missing).contains("cannot read nowhere.toml"));
    let (_dir, path) = file("[server\nport = 1");
    assert!(problems(&Inputs { file: Some(path), ..Inputs::default() }).contains("s.toml: "));
}

#[test]
fn secrets_are_neither_printed_nor_quoted_in_errors() {
    let secret = "planted-secret-0123456789";
    let wrong = environment(&[("SIGNALBOX_STORAGE__MASTER_KEY", secret)]);
    let said = problems(&Inputs { environment: wrong, ..Inputs::default() });
    assert!(said.contains("storage.master_key") && !said.contains(secret), "{said}");

    let key = "ab".repeat(32);
    let right = environment(&[("SIGNALBOX_STORAGE__MASTER_KEY", &key)]);
    let loaded = load(&Inputs { environment: right, ..Inputs::default() }).expect("valid");
    let printed = print::print(&loaded.layers);
    assert!(printed.contains("(set, not shown)") && !printed.contains(&key), "{printed}");
}

#[test]
fn printing_shows_every_key_with_its_origin() {
    let loaded = load(&Inputs::default()).expect("valid");
    let printed = print::print(&loaded.layers);
    for (_, field, key) in layers::keys() {
        assert!(printed.contains(&format!("{} = ", field.name)), "{key}");
    }
    assert!(
        printed.lines().filter(|line| line.contains(" = ")).all(|line| line.ends_with("# default"))
    );
}
