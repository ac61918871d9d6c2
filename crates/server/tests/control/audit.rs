use serde_json::{Value, json};
use store::control::{Actor, Role};

use crate::support::{Browser, PASSWORD, TestServer};

async fn entries(browser: &Browser<'_>, query: &str) -> Vec<Value> {
    let page = browser.get(&format!("/api/audit{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|e| e["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_change_leaves_its_name_and_difference() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    admin.post("/api/projects", json!({"slug": "shop", "name": "Shop"})).await.expect(201);
    let change = json!({"name": "The shop"});
    let request = admin
        .request("PATCH", "/api/projects/shop")
        .header("content-type", "application/json")
        .header("x-request-id", "caller-chosen-1");
    let request = request.body(axum::body::Body::from(change.to_string())).unwrap();
    server.send(request).await.expect(200);
    let found = entries(&admin, "?project=shop").await;
    assert_eq!(actions(&found), ["project.update", "project.create"]);
    let entry = &found[0];
    assert_eq!(entry["actor"], "admin");
    assert_eq!(entry["before"], json!({"name": "Shop"}));
    assert_eq!(entry["after"], json!({"name": "The shop"}));
    assert_eq!(entry["ipPrefix"], "203.0.113.0/24");
    assert_eq!(entry["requestId"], "caller-chosen-1");

    let settings = json!({"limits": {"burst": 7}});
    admin.with_body("PUT", "/api/projects/shop/settings", settings).await.expect(200);
    let entry = &entries(&admin, "?action=settings.update").await[0];
    assert_eq!(entry["before"], json!({"limits": {"burst": 60}}));
    assert_eq!(entry["after"], json!({"limits": {"burst": 7}}));
}

#[tokio::test]
async fn sign_ins_are_recorded_without_what_was_typed() {
    let server = TestServer::start();
    let typed = "my-password-in-the-wrong-box";
    for username in ["admin", typed] {
        let body = json!({"username": username, "password": "wrong wrong wrong"});
        server.anonymous().post("/api/auth/login", body).await.expect(401);
    }
    let admin = server.sign_in_admin().await;
    let page = admin.get("/api/audit?action=auth.").await.expect(200);
    assert!(!page.text.contains(typed) && !page.text.contains(PASSWORD));
    let found = page.json()["items"].as_array().unwrap().clone();
    let told: Vec<_> = found.iter().map(|e| (&e["action"], &e["actor"], &e["target"])).collect();
    let row = |action, actor, target| (json!(action), json!(actor), json!(target));
    let want = [
        row("auth.password", "admin", "operator:admin"),
        row("auth.login", "admin", "operator:admin"),
        row("auth.login_failed", "anonymous", "operator:?"),
        row("auth.login_failed", "anonymous", "operator:admin"),
    ];
    assert_eq!(told, want.iter().map(|(a, b, c)| (a, b, c)).collect::<Vec<_>>());
}

#[tokio::test]
async fn retention_deletes_the_old_and_says_so() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    server.clock.advance(401 * 24 * 3_600_000);
    let admin_again = server.sign_in("admin", PASSWORD).await;
    drop(admin);
    server.app.housekeep().await;
    let found = entries(&admin_again, "").await;
    assert_eq!(actions(&found), ["audit.purge", "auth.login"]);
    assert_eq!(found[0]["actor"], "system");
    assert_eq!(found[0]["after"]["entries"], 3);
    server.app.housekeep().await;
    assert_eq!(entries(&admin_again, "").await.len(), 2, "nothing to say, nothing said");
}

#[tokio::test]
async fn the_trail_is_paged_and_searched() {
    let server = TestServer::start();
    for slug in ["aa", "bb", "c-100", "dd"] {
        server.project(slug);
        server.clock.advance(1000);
    }
    let admin = server.sign_in_admin().await;
    let all = entries(&admin, "").await;
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("/api/audit?limit=2{cursor}")).await.expect(200).json();
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);
    for (query, want) in [
        ("?q=c-1", 1),
        ("?q=%25", 0),
        ("?actor=system&action=project.create", 4),
        ("?action=project.", 4),
        ("?action=project", 0),
        ("?project=bb", 1),
        ("?from=1790000001000&to=1790000003000&actor=system", 2),
        ("?from=2100-01-01", 0),
    ] {
        assert_eq!(entries(&admin, query).await.len(), want, "{query}");
    }
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?limit=x", "limit"),
        ("?from=yore", "from"),
        ("?colour=1", "colour"),
    ] {
        let problem = admin.get(&format!("/api/audit{query}")).await.expect(422).json();
        assert_eq!(problem["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn operators_read_the_trail_of_their_projects() {
    let server = TestServer::start();
    server.project("shop");
    server.project("other");
    let operator = server.sign_in_as("bob", Role::Operator, &["shop"]).await;
    assert_eq!(actions(&entries(&operator, "?project=shop").await), ["project.create"]);
    let id = server.control().directory().by_slug("shop").unwrap().id;
    server.control().delete_project(&Actor::system(), id).unwrap();
    server.clock.advance(1);
    server.project("shop");
    let heir = server.sign_in_as("heir", Role::Operator, &["shop"]).await;
    let found = entries(&heir, "?project=shop&from=2001-01-01").await;
    assert_eq!(actions(&found), ["project.create"], "not its namesake's past");
    let bob = operator.get("/api/audit?project=shop").await;
    bob.expect(404);
    server.project("third");
    let operator = server.sign_in_as("carl", Role::Operator, &["third"]).await;
    operator.get("/api/audit").await.expect(403);
    operator.get("/api/audit?project=other").await.expect(404);
    let viewer = server.sign_in_as("vera", Role::Viewer, &["shop"]).await;
    viewer.get("/api/audit?project=shop").await.expect(403);
}

#[tokio::test]
async fn the_trail_leaves_as_a_file_that_runs_nothing() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    admin.post("/api/projects", json!({"slug": "shop", "name": "=1+1"})).await.expect(201);
    // More than one page of the export.
    for n in 0..120 {
        let change = json!({"name": format!("n{n}")});
        admin.with_body("PATCH", "/api/projects/shop", change).await.expect(200);
    }
    let csv = admin.get("/api/audit/export?project=shop").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = csv.text.trim_end().split("\r\n").collect();
    assert_eq!(lines[0], "id,ts,actor,action,target,project,before,after,ipPrefix,requestId");
    assert_eq!(lines.len(), 1 + 121);
    assert!(lines.iter().all(|line| !line.contains(",=")), "no cell begins a formula");

    let ndjson = admin.get("/api/audit/export?project=shop&format=ndjson&limit=2").await;
    let ndjson = ndjson.expect(200).text;
    let items: Vec<Value> = ndjson.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(items, entries(&admin, "?project=shop&limit=2").await);
    let refused = admin.get("/api/audit/export?format=xlsx").await.expect(422).json();
    assert_eq!(refused["field"], "format");
    let viewer = server.sign_in_as("vera", Role::Viewer, &["shop"]).await;
    viewer.get("/api/audit/export?project=shop").await.expect(403);
}
