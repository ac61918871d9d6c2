//! Who and what appears in the demo: a small shop with an admin page, seen in two languages.

pub struct Agent {
    pub header: &'static str,
    pub browser: &'static str,
    pub version: &'static str,
    pub os: &'static str,
    pub mobile: bool,
    /// How much slower than a good machine.
    pub slowness: f64,
}

pub const AGENTS: &[Agent] = &[
    Agent {
        header: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        browser: "Chrome",
        version: "141.0.0.0",
        os: "Windows",
        mobile: false,
        slowness: 1.0,
    },
    Agent {
        header: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
        browser: "Safari",
        version: "18.5",
        os: "macOS",
        mobile: false,
        slowness: 0.8,
    },
    Agent {
        header: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        browser: "Chrome",
        version: "141.0.0.0",
        os: "Android",
        mobile: true,
        slowness: 2.1,
    },
    Agent {
        header: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        browser: "Safari",
        version: "18.5",
        os: "iOS",
        mobile: true,
        slowness: 1.4,
    },
    Agent {
        header: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        browser: "Firefox",
        version: "143.0",
        os: "Linux",
        mobile: false,
        slowness: 1.1,
    },
];

/// A visitor that the bot filter should find.
pub const CRAWLER: &str =
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

pub const HOST: &str = "https://shop.example";

/// Paths of the shop in the order in which people walk through it.
pub const SHOP: &[&str] =
    &["/", "/category/tea", "/product/1042", "/cart", "/checkout", "/orders/88123"];
pub const ADMIN: &[&str] = &["/admin", "/admin/orders", "/admin/orders/88123", "/admin/products"];
pub const REFERRERS: &[&str] =
    &["", "", "https://www.bing.com/", "https://news.example/tea", "https://weibo.com/"];

pub struct Call {
    pub name: &'static str,
    pub ms: f64,
    /// One in this many fails.
    pub fails: u32,
}

pub const CALLS: &[Call] = &[
    Call { name: "GET /api/mall/products", ms: 60.0, fails: 300 },
    Call { name: "GET /api/mall/products/1042", ms: 45.0, fails: 400 },
    Call { name: "POST /api/mall/cart", ms: 80.0, fails: 120 },
    Call { name: "POST /api/mall/orders", ms: 240.0, fails: 35 },
    Call { name: "GET /api/mall/orders/admin", ms: 310.0, fails: 90 },
    Call { name: "GET /api/mall/recommendations", ms: 130.0, fails: 60 },
];

pub struct Bug {
    pub name: &'static str,
    pub message: &'static str,
    pub stack: &'static str,
    pub fatal: bool,
}

pub const BUGS: &[Bug] = &[
    Bug {
        name: "GlobalError",
        message: "Cannot read properties of undefined (reading 'price')",
        stack: "TypeError: Cannot read properties of undefined (reading 'price')\n    at cartTotal (https://shop.example/assets/cart-7f3a1c.js:1:2210)\n    at CartPage (https://shop.example/assets/cart-7f3a1c.js:1:4812)\n    at renderWithHooks (https://shop.example/assets/react-b11e02.js:9:17411)",
        fatal: false,
    },
    Bug {
        name: "UnhandledRejection",
        message: "支付接口超时：订单未确认",
        stack: "Error: 支付接口超时：订单未确认\n    at confirmOrder (https://shop.example/assets/checkout-02aa91.js:1:918)\n    at async submit (https://shop.example/assets/checkout-02aa91.js:1:1410)",
        fatal: true,
    },
    Bug {
        name: "GlobalError",
        message: "ResizeObserver loop completed with undelivered notifications.",
        stack: "",
        fatal: false,
    },
    Bug {
        name: "ChunkLoadError",
        message: "Loading chunk 12 failed.\n(missing: https://shop.example/assets/12.5d1c.js)",
        stack: "ChunkLoadError: Loading chunk 12 failed.\n    at r.f.j (https://shop.example/assets/runtime-9c1.js:1:1201)\n    at https://shop.example/assets/runtime-9c1.js:1:880",
        fatal: true,
    },
];

pub const RELEASES: &[&str] = &["2.3.0", "2.3.1", "2.4.0"];

pub struct Device {
    pub id: &'static str,
    pub tags: &'static [&'static str],
    /// (level, message with `{n}` for a number)
    pub lines: &'static [(&'static str, &'static str)],
}

pub const DEVICES: &[Device] = &[
    Device {
        id: "pos-hangzhou-01",
        tags: &["pos", "store"],
        lines: &[
            ("INFO", "收银台启动完成，耗时 {n} 毫秒"),
            ("INFO", "订单 {n} 已打印小票"),
            ("WARN", "打印机纸张不足，剩余 {n} 张"),
            ("ERROR", "扫码支付失败：网络超时（{n} 毫秒）"),
            ("DEBUG", "心跳正常，队列长度 {n}"),
        ],
    },
    Device {
        id: "pos-shanghai-07",
        tags: &["pos", "store"],
        lines: &[
            ("INFO", "会员卡读取成功，积分 {n}"),
            ("WARN", "库存同步延迟 {n} 秒"),
            ("ERROR", "无法连接库存服务，第 {n} 次重试"),
        ],
    },
    Device {
        id: "gateway-eu-1",
        tags: &["gateway", "edge"],
        lines: &[
            ("INFO", "upstream connection pool at {n} of 512"),
            ("WARN", "slow upstream: POST /api/mall/orders took {n} ms"),
            ("ERROR", "upstream refused the connection, attempt {n}"),
            ("DEBUG", "cache hit ratio {n} %"),
        ],
    },
    Device {
        id: "worker-mail-2",
        tags: &["worker"],
        lines: &[
            ("INFO", "sent {n} order confirmations"),
            ("WARN", "mailbox of customer {n} is full"),
            ("FATAL", "out of memory after {n} messages, restarting"),
        ],
    },
    Device {
        id: "sensor-cold-room-3",
        tags: &["iot", "cold-chain"],
        lines: &[
            ("INFO", "temperature {n} °C / 温度正常"),
            ("WARN", "冷库门已打开 {n} 秒"),
            ("ERROR", "温度过高：{n} °C，超过阈值"),
        ],
    },
];
