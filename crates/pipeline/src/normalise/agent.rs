//! Browser, system and device behind a `User-Agent`, as far as reports need them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{DeviceType, Event};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Agent {
    pub browser: String,
    pub browser_version: String,
    pub os: String,
    pub os_version: String,
    pub device: String,
    pub device_type: DeviceType,
    pub bot: bool,
}

impl Agent {
    pub fn apply(&self, event: &mut Event) {
        event.browser.clone_from(&self.browser);
        event.browser_version.clone_from(&self.browser_version);
        event.os.clone_from(&self.os);
        event.os_version.clone_from(&self.os_version);
        event.device.clone_from(&self.device);
        (event.device_type, event.bot) = (self.device_type, self.bot);
    }
}

/// Agents already read: most traffic comes from few of them. When full it starts anew.
#[derive(Debug, Default)]
pub(crate) struct Agents(Mutex<HashMap<Box<str>, Arc<Agent>>>);

impl Agents {
    const CAPACITY: usize = 4096;
    /// Longer ones are read each time.
    const LONGEST: usize = 512;

    pub fn read(&self, ua: &str) -> Arc<Agent> {
        if ua.len() > Self::LONGEST {
            return Arc::new(parse(ua));
        }
        let known = |map: &HashMap<Box<str>, Arc<Agent>>| map.get(ua).cloned();
        if let Some(agent) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return agent;
        }
        let agent = Arc::new(parse(ua));
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= Self::CAPACITY {
            map.clear();
        }
        map.insert(ua.into(), Arc::clone(&agent));
        agent
    }
}

/// In this order: the apps that embed a browser name it too.
const BROWSERS: [(&str, &str); 28] = [
    ("MicroMessenger/", "WeChat"),
    ("AlipayClient/", "Alipay"),
    ("DingTalk/", "DingTalk"),
    ("Lark/", "Lark"),
    ("Feishu/", "Lark"),
    ("QQ/", "QQ"),
    ("Weibo (", "Weibo"),
    ("MQQBrowser/", "QQ Browser"),
    ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("Quark/", "Quark"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Miui Browser"),
    ("HeyTapBrowser/", "HeyTap Browser"),
    ("VivoBrowser/", "Vivo Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edge/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome Headless"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Electron/", "Electron"),
];

const BOTS: [&str; 30] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "pingdom",
    "uptime",
    "monitor",
    "curl/",
    "wget/",
    "python-requests",
    "python-urllib",
    "aiohttp",
    "go-http-client",
    "java/",
    "axios/",
    "node-fetch",
    "httpclient",
    "scrapy",
    "facebookexternalhit",
    "bytespider",
    "prerender",
    "preview",
];

fn parse(ua: &str) -> Agent {
    // Nobody's browser introduces itself at greater length.
    let ua = &ua[..floor_boundary(ua, 1024)];
    if ua.is_empty() {
        return Agent::default();
    }
    let (browser, browser_version) = browser(ua);
    let (os, os_version) = system(ua);
    let bot = is_bot(ua);
    let device = device(ua);
    let device_type = if bot { DeviceType::Bot } else { device_type(ua, os) };
    Agent {
        browser: browser.to_owned(),
        browser_version,
        os: os.to_owned(),
        os_version,
        device,
        device_type,
        bot,
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn is_bot(ua: &str) -> bool {
    let lower = ua.to_ascii_lowercase();
    // CUBOT makes phones.
    BOTS.iter().any(|sign| lower.contains(sign)) && !lower.contains("cubot")
}

fn browser(ua: &str) -> (&'static str, String) {
    for (sign, name) in BROWSERS {
        if let Some(at) = ua.find(sign) {
            return (name, version(&ua[at + sign.len()..]));
        }
    }
    if ua.contains("Trident/") {
        let at = ua.find("rv:").map_or(ua.len(), |at| at + 3);
        return ("Internet Explorer", version(&ua[at..]));
    }
    if ua.contains("Safari/") || ua.contains("AppleWebKit/") && ua.contains("like Mac OS X") {
        let at = ua.find("Version/").map_or(ua.len(), |at| at + "Version/".len());
        return ("Safari", version(&ua[at..]));
    }
    ("", String::new())
}

fn system(ua: &str) -> (&'static str, String) {
    let after = |sign: &str| ua.find(sign).map(|at| &ua[at + sign.len()..]);
    if let Some(rest) = after("Windows NT ") {
        let kernel = version(rest);
        let name = match kernel.as_str() {
            "10.0" => "10",
            "6.3" => "8.1",
            "6.2" => "8",
            "6.1" => "7",
            "6.0" => "Vista",
            "5.1" | "5.2" => "XP",
            other => other,
        };
        return ("Windows", name.to_owned());
    }
    for (sign, name) in [
        ("HarmonyOS ", "HarmonyOS"),
        ("OpenHarmony ", "HarmonyOS"),
        ("HarmonyOS", "HarmonyOS"),
        ("OpenHarmony", "HarmonyOS"),
        ("Windows Phone ", "Windows Phone"),
        ("Android ", "Android"),
        ("Android", "Android"),
        ("iPhone OS ", "iOS"),
        ("CPU OS ", "iPadOS"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Mac OS X ", "macOS"),
        ("Macintosh", "macOS"),
        ("CrOS ", "ChromeOS"),
    ] {
        if let Some(rest) = after(sign) {
            let rest =
                if name == "ChromeOS" { rest.split_once(' ').map_or("", |r| r.1) } else { rest };
            return (name, version(rest));
        }
    }
    if ua.contains("Windows") {
        return ("Windows", String::new());
    }
    if ua.contains("Linux") { ("Linux", String::new()) } else { ("", String::new()) }
}

/// The model between the system and the build of Android's comment.
fn device(ua: &str) -> String {
    for name in ["iPhone", "iPad", "iPod"] {
        if ua.contains(name) {
            return name.to_owned();
        }
    }
    if ua.contains("Macintosh") {
        return "Mac".to_owned();
    }
    let Some(at) = ua.find("Android") else { return String::new() };
    let comment = ua[at..].split(')').next().unwrap_or_default();
    let model = comment.split(';').skip(1).map(str::trim).find(|part| {
        !part.is_empty()
            && !part.starts_with("wv")
            && !part.starts_with("U")
            && part.len() > 1
            && !part.starts_with("HarmonyOS")
            && !is_locale(part)
    });
    let model = model.unwrap_or_default().split(" Build").next().unwrap_or_default().trim();
    // Chrome's reduced User-Agent says K for every device.
    if model == "K" { String::new() } else { model[..floor_boundary(model, 64)].to_owned() }
}

fn is_locale(part: &str) -> bool {
    let b = part.as_bytes();
    b.len() == 5 && matches!(b[2], b'-' | b'_') && b[..2].iter().all(u8::is_ascii_lowercase)
}

fn device_type(ua: &str, os: &str) -> DeviceType {
    if ua.contains("iPad") || ua.contains("Tablet") {
        return DeviceType::Tablet;
    }
    let mobile = ua.contains("Mobile");
    match os {
        "Android" | "HarmonyOS" if !mobile && !ua.contains("Phone") => DeviceType::Tablet,
        "Android" | "HarmonyOS" | "iOS" | "Windows Phone" => DeviceType::Mobile,
        "" if !mobile => DeviceType::Unknown,
        _ if mobile => DeviceType::Mobile,
        _ => DeviceType::Desktop,
    }
}

/// Digits and dots (iOS writes underscores), at most 32 of them.
fn version(text: &str) -> String {
    let end = text
        .bytes()
        .take(32)
        .take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_'))
        .count();
    text[..end].trim_end_matches(['.', '_']).replace('_', ".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_agents_are_understood() {
        const WEBKIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (ua, want) in [
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87"),
                "Edge 126.0.2592.87 Windows 10  desktop"),
            (format!("Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36"),
                "Chrome 126.0.0.0 Android 14 Pixel 8 mobile"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/126.0.0.0 Safari/537.36"),
                "Chrome 126.0.0.0 Android 10  tablet"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1".into(),
                "Safari 17.5 iOS 17.5.1 iPhone mobile"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x1800312d) NetType/WIFI".into(),
                "WeChat 8.0.49 iOS 16.0 iPhone mobile"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0".into(),
                "Firefox 127.0 macOS 10.15 Mac desktop"),
            ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko".into(),
                "Internet Explorer 11.0 Windows 7  desktop"),
            (format!("Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/156.0.8078.79 Safari/537.36"),
                "Chrome Headless 156.0.8078.79 Linux   bot"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)".into(),
                "     bot"),
            (String::new(), "     unknown"),
        ] {
            let a = parse(&ua);
            let got = format!("{} {} {} {} {} {}", a.browser, a.browser_version, a.os, a.os_version,
                a.device, a.device_type.name());
            assert_eq!(got, want, "{ua}");
        }
    }

    #[test]
    fn memory_for_agents_is_bounded() {
        let agents = Agents::default();
        for n in 0..3 * Agents::CAPACITY {
            agents.read(&format!("agent {n}"));
        }
        agents.read(&"x".repeat(100_000));
        assert!(agents.0.lock().expect("lock").len() <= Agents::CAPACITY);
        assert_eq!(*agents.read("curl/8.5"), parse("curl/8.5"));
    }

    proptest! {
        #[test]
        fn any_text_is_some_agent(ua in ".{0,200}", prefix in "(Android|Windows NT |Version/|)") {
            parse(&format!("{prefix}{ua}"));
        }
    }
}
