//! Heads of the chains signed with a key that the database does not hold: whoever may write to the database alone
//! cannot make up another past for what was signed. Whoever has the key file too can; against them heads are mailed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use diesel::prelude::*;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::ledger::{hex, sha256};
use crate::portable::AnyConnection;
use crate::schema::{ledger_heads, signed_heads};
use crate::types::Moment;
use crate::{Tx, in_scope};

/// A head with its signature.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = signed_heads)]
pub struct SignedHead {
    /// Whose chain.
    pub customer_id: i64,
    /// Number of its last record then.
    pub seq: i64,
    /// The chain's hash with it.
    pub hash: String,
    /// When it was signed.
    pub signed_at: Moment,
    /// The ed25519 key that checks it, in hexadecimal.
    pub public_key: String,
    /// The signature, in hexadecimal.
    pub signature: String,
}

impl SignedHead {
    /// What is signed.
    fn message(&self) -> String {
        let micros = self.signed_at.utc().timestamp_micros();
        format!("proofmark head 1\n{}\n{}\n{}\n{micros}\n", self.customer_id, self.seq, self.hash)
    }

    /// Whether the signature is its key's.
    pub fn is_sound(&self) -> bool {
        let (Some(key), Some(signature)) = (unhex(&self.public_key), unhex(&self.signature)) else {
            return false;
        };
        UnparsedPublicKey::new(&ED25519, key).verify(self.message().as_bytes(), &signature).is_ok()
    }

    /// The line by which it is kept elsewhere: customer, number, hash, microseconds, key, signature.
    pub fn line(&self) -> String {
        let micros = self.signed_at.utc().timestamp_micros();
        let Self { customer_id, seq, hash, public_key, signature, .. } = self;
        format!("{customer_id} {seq} {hash} {micros} {public_key} {signature}")
    }

    /// Reads such a line.
    pub fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [customer, seq, hash, micros, key, signature] = words.as_slice() else { return None };
        let signed_at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some(Self {
            customer_id: customer.parse().ok()?,
            seq: seq.parse().ok()?,
            hash: (*hash).to_owned(),
            signed_at: Moment::from(signed_at),
            public_key: (*key).to_owned(),
            signature: (*signature).to_owned(),
        })
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
}

/// The short name of a public key, for reading aloud and comparing: the beginning of its hash.
pub fn fingerprint(public_key: &str) -> String {
    sha256(public_key.as_bytes()).chars().take(16).collect()
}

/// The key that signs, from a file that only this program's user may read.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// Reads the key; none where there is no such file.
    ///
    /// # Errors
    /// [`Error::BadFile`] when the file cannot be read or is no key.
    pub fn find(path: &Path) -> Result<Option<Self>> {
        match std::fs::read(path) {
            Ok(bytes) => Ed25519KeyPair::from_pkcs8(&bytes)
                .map(|pair| Some(Self(pair)))
                .map_err(|error| Error::BadFile(format!("{} is no signing key: {error}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::BadFile(format!("{}: {error}", path.display()))),
        }
    }

    /// Reads the key, or makes it where there is none yet.
    ///
    /// # Errors
    /// [`Error::BadFile`] when the file cannot be read or written.
    pub fn find_or_make(path: &Path) -> Result<Self> {
        if let Some(key) = Self::find(path)? {
            return Ok(key);
        }
        let made = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new());
        let made = made.map_err(|_| Error::BadFile("the system gave no random numbers".to_owned()))?;
        write_private(path, made.as_ref())
            .map_err(|error| Error::BadFile(format!("{}: {error}", path.display())))?;
        Self::find(path)?.ok_or_else(|| Error::BadFile(format!("{} is gone again", path.display())))
    }

    /// Its public half in hexadecimal.
    pub fn public(&self) -> String {
        hex(self.0.public_key().as_ref())
    }

    fn sign(&self, mut head: SignedHead) -> SignedHead {
        head.signature = hex(self.0.sign(head.message().as_bytes()).as_ref());
        head
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => file.write_all(bytes).and_then(|()| file.sync_all()),
        // Another server was quicker: its key is as good.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// The heads that moved since a key last signed them: customer, number, hash.
fn unsigned(conn: &mut AnyConnection, key: &SigningKey) -> Result<Vec<(i64, i64, String)>> {
    let last = latest_of(conn, Some(&key.public()))?;
    let mut heads: Vec<(i64, i64, String)> =
        ledger_heads::table.filter(ledger_heads::seq.gt(0)).order(ledger_heads::customer_id).load(conn)?;
    heads.retain(|(customer_id, seq, _)| last.get(customer_id).is_none_or(|last| last.seq < *seq));
    Ok(heads)
}

/// Whether any head moved since this key last signed it.
///
/// # Errors
/// The database's.
pub fn has_unsigned(conn: &mut AnyConnection, key: &SigningKey) -> Result<bool> {
    Ok(!unsigned(conn, key)?.is_empty())
}

/// Signs each head that moved since this key last signed it; gives those signed now.
///
/// # Errors
/// The database's.
pub fn sign_heads(tx: &mut Tx, key: &SigningKey) -> Result<Vec<SignedHead>> {
    let mut signed = vec![];
    for (customer_id, seq, hash) in unsigned(tx, key)? {
        let head = SignedHead {
            customer_id,
            seq,
            hash,
            signed_at: Moment::from(tx.now),
            public_key: key.public(),
            signature: String::new(),
        };
        let head = key.sign(head);
        diesel::insert_into(signed_heads::table).values(&head).execute(&mut **tx)?;
        signed.push(head);
    }
    Ok(signed)
}

/// The last signed head of each chain, by one key or by any.
///
/// # Errors
/// The database's.
pub fn latest_of(conn: &mut AnyConnection, public_key: Option<&str>) -> Result<BTreeMap<i64, SignedHead>> {
    let mut query = SignedHead::query().into_boxed();
    if let Some(key) = public_key {
        query = query.filter(signed_heads::public_key.eq(key.to_owned()));
    }
    // The later of a customer's takes the place of the earlier.
    let rows = query.order((signed_heads::customer_id, signed_heads::seq)).load(conn)?;
    Ok(rows.into_iter().map(|head: SignedHead| (head.customer_id, head)).collect())
}

/// The fingerprint of the key that last signed a head of a customer's chain; empty where none is signed yet.
///
/// # Errors
/// The database's.
pub fn signing_key_of(conn: &mut AnyConnection, customer_id: i64) -> Result<String> {
    let heads = signed_heads::table.filter(signed_heads::customer_id.eq(customer_id));
    let key: Option<String> = heads
        .order((signed_heads::seq.desc(), signed_heads::signed_at.desc()))
        .select(signed_heads::public_key)
        .first(conn)
        .optional()?;
    Ok(key.map(|key| fingerprint(&key)).unwrap_or_default())
}

/// Every signed head of a customer's chain.
///
/// # Errors
/// The database's.
pub fn list_signed_heads(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<SignedHead>> {
    let query = SignedHead::query().filter(signed_heads::customer_id.eq(customer_id));
    Ok(query.order(signed_heads::seq).load(conn)?)
}

/// The last signed head of each chain within a scope.
///
/// # Errors
/// The database's.
pub fn latest_in(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<SignedHead>> {
    let query = in_scope!(SignedHead::query().into_boxed(), scope, signed_heads::customer_id);
    let rows = query.order((signed_heads::customer_id, signed_heads::seq)).load(conn)?;
    let latest: BTreeMap<i64, SignedHead> =
        rows.into_iter().map(|head: SignedHead| (head.customer_id, head)).collect();
    Ok(latest.into_values().collect())
}
