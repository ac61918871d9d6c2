//! A dashboard that is built after the server was compiled must make it compile again. Debug
//! builds read the files when they are asked for, and would only compile too often.

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts their profile this way")]
fn main() {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = if release { "../../dashboard/dist" } else { "build.rs" };
    println!("cargo:rerun-if-changed={watched}");
}
