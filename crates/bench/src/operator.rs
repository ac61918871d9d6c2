//! The REST API of the product as an operator uses it, for setting up and looking.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::error::BenchError;

const USERNAME: &str = "bench";
const PASSWORD: &str = "correct horse battery staple";

pub struct Operator {
    base: String,
    cookie: String,
    csrf: String,
}

impl Operator {
    /// Makes an administrator with the product's own command, and signs in.
    pub fn first(binary: &Path, dir: &Path, address: SocketAddr) -> Result<Self, BenchError> {
        let status = Command::new(binary)
            .arg("--data-dir")
            .arg(dir)
            .args(["create-admin", "--username", USERNAME])
            .env("SIGNALBOX_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if !status.success() {
            let problem = status.to_string();
            return Err(BenchError::Failed { what: "create-admin", problem });
        }
        let base = format!("http://{address}");
        let mut operator = Operator { base, cookie: String::new(), csrf: String::new() };
        operator.login()?;
        Ok(operator)
    }

    fn login(&mut self) -> Result<(), BenchError> {
        let mut response = ureq::post(format!("{}/api/auth/login", self.base))
            .content_type("application/json")
            .send(json!({ "username": USERNAME, "password": PASSWORD }).to_string())?;
        let cookies = response.headers().get_all("set-cookie").iter();
        self.cookie = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect::<Vec<_>>()
            .join("; ");
        let body: Value = serde_json::from_str(&response.body_mut().read_to_string()?)?;
        self.csrf = body["csrfToken"].as_str().unwrap_or_default().to_owned();
        Ok(())
    }

    pub fn get(&self, path: &str) -> Result<Value, BenchError> {
        let mut response = ureq::get(format!("{}{path}", self.base))
            .config()
            .http_status_as_error(false)
            .build()
            .header("cookie", &self.cookie)
            .call()?;
        let status = response.status().as_u16();
        answer(path, status, response.body_mut().read_to_string()?)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Value, BenchError> {
        self.change(ureq::post(format!("{}{path}", self.base)), path, body)
    }

    pub fn put(&self, path: &str, body: &Value) -> Result<Value, BenchError> {
        self.change(ureq::put(format!("{}{path}", self.base)), path, body)
    }

    fn change(
        &self,
        request: ureq::RequestBuilder<ureq::typestate::WithBody>,
        path: &str,
        body: &Value,
    ) -> Result<Value, BenchError> {
        let mut response = request
            .config()
            .http_status_as_error(false)
            .build()
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf)
            .content_type("application/json")
            .send(body.to_string())?;
        let status = response.status().as_u16();
        answer(path, status, response.body_mut().read_to_string()?)
    }
}

fn answer(what: &str, status: u16, body: String) -> Result<Value, BenchError> {
    if !(200..300).contains(&status) {
        return Err(BenchError::Answer { what: what.to_owned(), status, body });
    }
    if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&body)?) }
}
