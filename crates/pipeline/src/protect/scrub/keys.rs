//! Names that give away what their value is.

/// What a field's name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyClass {
    Plain,
    /// Never kept: passwords, tokens, cookies, card codes.
    Secret,
    /// Secret where it is a text; a count where it is a number (`maxTokens`).
    SecretText,
    /// Says whom to reach: pseudonymised when it is an e-mail address or a phone number.
    Contact,
    /// The same, and any number under it is a phone number.
    Phone,
}

const LONGEST: usize = 48;

/// Case, `_`, `-` and `.` make no difference.
pub(crate) fn classify(key: &str, more_secrets: &[String]) -> KeyClass {
    if !more_secrets.is_empty() && more_secrets.iter().any(|s| s.eq_ignore_ascii_case(key)) {
        return KeyClass::Secret;
    }
    // A name that was itself masked says nothing more.
    if key.starts_with('[') {
        return KeyClass::Plain;
    }
    if !key.is_ascii() {
        return classify_chinese(key);
    }
    let mut buffer = [0u8; LONGEST];
    let mut len = 0;
    for b in key.bytes().filter(u8::is_ascii_alphanumeric) {
        if len == LONGEST {
            break;
        }
        buffer[len] = b.to_ascii_lowercase();
        len += 1;
    }
    classify_normal(&buffer[..len])
}

fn classify_chinese(key: &str) -> KeyClass {
    const SECRETS: [&str; 6] = ["密码", "口令", "验证码", "身份证", "银行卡", "密钥"];
    const PHONES: [&str; 3] = ["手机", "电话", "联系方式"];
    if SECRETS.iter().any(|s| key.contains(s)) {
        KeyClass::Secret
    } else if PHONES.iter().any(|s| key.contains(s)) {
        KeyClass::Phone
    } else if key.contains("邮箱") {
        KeyClass::Contact
    } else {
        KeyClass::Plain
    }
}

fn classify_normal(key: &[u8]) -> KeyClass {
    match key {
        b"pwd" | b"pass" | b"auth" | b"cookie" | b"setcookie" | b"cvv" | b"cvc" | b"cvv2"
        | b"ssn" | b"pin" | b"pincode" | b"otp" | b"totp" | b"idcard" | b"idcardno" | b"idno"
        | b"idnumber" | b"identitycard" | b"cardno" | b"cardnumber" | b"cardnum" | b"bankcard"
        | b"bankcardno" | b"bankaccount" | b"smscode" | b"verifycode" | b"captcha" | b"csrf"
        | b"xsrf" | b"jwt" | b"bearer" | b"sid" | b"phpsessid" | b"jsessionid" | b"passport"
        | b"iban" => return KeyClass::Secret,
        b"email" | b"mail" | b"useremail" | b"account" | b"username" | b"login" | b"loginname"
        | b"userid" | b"uid" | b"user" | b"contact" | b"owner" | b"openid" | b"emailaddress" => {
            return KeyClass::Contact;
        }
        b"phone" | b"mobile" | b"tel" | b"telephone" | b"phonenumber" | b"phoneno"
        | b"mobilephone" | b"mobileno" | b"cellphone" | b"userphone" | b"contactphone" => {
            return KeyClass::Phone;
        }
        _ => {}
    }
    for at in 0..key.len() {
        let rest = &key[at..];
        let secret = match rest[0] {
            b'p' => {
                rest.starts_with(b"password")
                    || rest.starts_with(b"passwd")
                    || rest.starts_with(b"passphrase")
                    || rest.starts_with(b"privatekey")
            }
            b'c' => rest.starts_with(b"credential") || rest.starts_with(b"creditcard"),
            b'a' => {
                rest.starts_with(b"apikey")
                    || rest.starts_with(b"authorization")
                    || rest.starts_with(b"accesskey")
            }
            b's' => rest.starts_with(b"secret"),
            _ => false,
        };
        if secret {
            return KeyClass::Secret;
        }
        if rest.starts_with(b"token") {
            return KeyClass::SecretText;
        }
    }
    KeyClass::Plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_hide_a_secret() {
        for key in [
            "password",
            "userPassword",
            "PASS_WORD",
            "api-key",
            "X-Api-Key",
            "clientSecret",
            "Authorization",
            "set-cookie",
            "CVV",
            "登录密码",
            "id_card",
        ] {
            assert_eq!(classify(key, &[]), KeyClass::Secret, "{key}");
        }
        assert_eq!(classify("access_token", &[]), KeyClass::SecretText);
        assert_eq!(classify("mobilePhone", &[]), KeyClass::Phone);
        assert_eq!(classify("手机号", &[]), KeyClass::Phone);
        assert_eq!(classify("email", &[]), KeyClass::Contact);
        for key in ["author", "compass", "pinned", "message", "name", "sessions", "", "标题"] {
            assert_eq!(classify(key, &[]), KeyClass::Plain, "{key}");
        }
        assert_eq!(classify("Salary", &["salary".to_owned()]), KeyClass::Secret);
    }
}
