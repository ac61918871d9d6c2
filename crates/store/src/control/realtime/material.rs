use std::fmt;

model::names! {
    TokenAlgorithm {
        Hs256 = "HS256",
        Rs256 = "RS256",
        EdDsa = "EdDSA",
    }
}

/// What a token's signature is checked with. A key has one algorithm, whatever a token claims.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenMaterial {
    Hs256(Vec<u8>),
    /// Modulus and exponent, most significant byte first.
    Rs256 {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    EdDsa([u8; 32]),
}

impl TokenMaterial {
    pub const fn algorithm(&self) -> TokenAlgorithm {
        match self {
            TokenMaterial::Hs256(_) => TokenAlgorithm::Hs256,
            TokenMaterial::Rs256 { .. } => TokenAlgorithm::Rs256,
            TokenMaterial::EdDsa(_) => TokenAlgorithm::EdDsa,
        }
    }
}

impl fmt::Debug for TokenMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenMaterial({}, …)", self.algorithm().name())
    }
}
