use serde_json::{Value, json};
use store::control::{Actor, NewOperator, PasswordHash, Role};

use super::Server;

const PASSWORD: &str = "correct horse battery";

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Which fields were wrong, each once.
    pub fn fields(&self) -> Vec<String> {
        let mut fields: Vec<_> = self.json()["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect();
        fields.dedup();
        fields
    }
}

impl Server {
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], Value::Null)
    }

    /// `null` is no body.
    pub fn call(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = if body.is_null() {
            self.agent.run(request.body(()).unwrap())
        } else {
            let request = request.header("content-type", "application/json");
            self.agent.run(request.body(body.to_string()).unwrap())
        };
        let mut response = sent.unwrap_or_else(|e| panic!("{method} {path}: {e}"));
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap();
        Answer { status, headers, text }
    }

    /// A signed-in operator of some projects.
    pub fn sign_in(
        &self,
        username: &str,
        role: Role,
        projects: &[model::ProjectId],
    ) -> Session<'_> {
        let new = NewOperator {
            username: username.into(),
            password: PasswordHash::of(PASSWORD, username).unwrap(),
            role,
            projects: projects.to_vec(),
            must_change_password: false,
        };
        self.app.control.create_operator(&Actor::system(), new).unwrap();
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.call("POST", "/api/auth/login", &[], body).expect(200);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let csrf = answer.json()["csrfToken"].as_str().unwrap().to_owned();
        Session { server: self, cookie, csrf }
    }
}

pub struct Session<'a> {
    server: &'a Server,
    cookie: String,
    csrf: String,
}

impl Session<'_> {
    pub fn call(&self, method: &'static str, path: &str, body: Value) -> Answer {
        let headers = [("cookie", &*self.cookie), ("x-csrf-token", &*self.csrf)];
        self.server.call(method, path, &headers, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null)
    }
}
