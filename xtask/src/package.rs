//! `cargo xtask package`: what goes to a store, to a server of one's own and to a reviewer: the archives of all four bundles, a CRX where a key is given, and the sources.
//! The same tree gives the same bytes; their hashes are printed. It holds no key and makes none: who has the private key can replace the extension in every browser.

use crate::bundle::Bundle;
use crate::manifest::{Browser, Edition};
use crate::process::sources;
use anyhow::{Context, Result};
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::signature::{SignatureEncoding, Signer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What to pack, and where to.
pub struct Package {
    /// The folder of the archives.
    pub out: PathBuf,
    /// A private RSA key in PEM (PKCS #8): then the managed edition is packed as a CRX as well, and its id follows from this key.
    pub key: Option<PathBuf>,
    /// Where the CRX will lie; the update manifest beside it says so.
    pub url: Option<String>,
    /// A folder of bundles that is packed as it is; without one they are made anew. For tests: what is shipped is always made anew.
    pub dist: Option<PathBuf>,
}

impl Package {
    /// Into `target/package`, without a CRX.
    pub fn standard(root: &Path) -> Package {
        Package { out: root.join("target/package"), key: None, url: None, dist: None }
    }

    /// Bundles, packs, and prints each archive with its SHA-256.
    ///
    /// # Errors
    /// Where a bundle or an archive can't be made, the key is none, or the folder can't be written.
    pub fn write(&self, root: &Path) -> Result<()> {
        let key = self.key.as_deref().map(Key::read).transpose()?;
        let mut archives = match &self.dist {
            Some(dist) => packed(dist)?,
            None => {
                Bundle::standard(root).write()?;
                packed(&root.join("dist"))?
            }
        };
        archives.insert(format!("undivided-{VERSION}-source.zip"), source(root)?);
        if let Some(key) = &key {
            let name = format!("undivided-chrome-managed-{VERSION}");
            let zip = archives.get(&format!("{name}.zip")).context("the managed edition for Chrome was not packed")?;
            let crx = key.crx(zip)?;
            archives.insert(format!("{name}.crx"), crx);
            let url = self.url.clone().unwrap_or_else(|| format!("https://EXAMPLE/{name}.crx"));
            archives.insert("updates.xml".into(), update_manifest(&key.id(), &url).into_bytes());
        }
        if self.out.exists() {
            fs::remove_dir_all(&self.out).with_context(|| format!("cannot remove {}", self.out.display()))?;
        }
        fs::create_dir_all(&self.out).with_context(|| format!("cannot make {}", self.out.display()))?;
        for (name, bytes) in &archives {
            let path = self.out.join(name);
            fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
            println!("{}  {name}", hex(&Sha256::digest(bytes)));
        }
        if let Some(key) = &key {
            println!("the CRX has the id {}", key.id());
        }
        println!("{} files in {}", archives.len(), self.out.display());
        Ok(())
    }
}

/// Ours, as in the archives' names.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The archives of the bundles in `dist`, by name: `.zip` for Chrome, `.xpi` for Firefox. A store gives the id itself and refuses a manifest with `key`; a CRX has it from
/// its signature.
pub fn packed(dist: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut archives = BTreeMap::new();
    for browser in Browser::ALL {
        for edition in Edition::ALL {
            let (browser_name, edition) = (browser.name(), edition.name());
            let folder = dist.join(format!("{browser_name}-{edition}"));
            let mut files = BTreeMap::new();
            collect(&folder, Path::new(""), &mut files)?;
            if browser == Browser::Chrome {
                let manifest = files.get_mut("manifest.json").context("the bundle has no manifest")?;
                let mut value: Value = serde_json::from_slice(manifest)?;
                value.as_object_mut().context("the manifest is no object")?.remove("key");
                *manifest = format!("{value:#}\n").into_bytes();
            }
            let ending = if browser == Browser::Chrome { "zip" } else { "xpi" };
            archives.insert(format!("undivided-{browser_name}-{edition}-{VERSION}.{ending}"), archive(&files)?);
        }
    }
    Ok(archives)
}

/// All that a reviewer needs to make the same bytes; REVIEWING.md says how.
pub fn source(root: &Path) -> Result<Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in sources(root)? {
        let bytes = fs::read(root.join(&path)).with_context(|| format!("cannot read {}", path.display()))?;
        files.insert(format!("undivided-{VERSION}/{}", path.display()), bytes);
    }
    archive(&files)
}

fn collect(top: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(top.join(folder)).with_context(|| format!("cannot read {}", top.display()))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(top, &path, files)?;
        } else {
            files.insert(path.to_string_lossy().into_owned(), fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// In the order of their names, all of one time and one mode: an archive holds nothing of the machine that made it.
fn archive(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // What is run as a program stays one: `.ci/run` in the sources.
        let options = if bytes.starts_with(b"#!") { options.unix_permissions(0o755) } else { options };
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// What signs a CRX.
struct Key {
    private: rsa::PrivateKey,
    public: Vec<u8>,
}

impl Key {
    fn read(file: &Path) -> Result<Key> {
        let pem = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let private = rsa::PrivateKey::from_pkcs8_pem(&pem).with_context(|| {
            format!(
                "{} is no private RSA key in PEM; make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE",
                file.display()
            )
        })?;
        let public = private.to_public_key().to_public_key_der()?.into_vec();
        Ok(Key { private, public })
    }

    fn id(&self) -> String {
        written(&short(&self.public))
    }

    /// The third version of the format, as `components/crx_file/crx3.proto` and `crx_creator.cc` in Chromium's sources have it.
    fn crx(&self, zip: &[u8]) -> Result<Vec<u8>> {
        // SignedData { crx_id = 1 }
        let signed = field(1, &short(&self.public));
        let mut message = b"CRX3 SignedData\0".to_vec();
        message.extend(length(&signed)?);
        message.extend(&signed);
        message.extend(zip);
        let signature = rsa::pkcs1v15::SigningKey::<Sha256>::new(self.private.clone()).sign(&message);
        // AsymmetricKeyProof { public_key = 1, signature = 2 }
        let proof = [field(1, &self.public), field(2, &signature.to_vec())].concat();
        // CrxFileHeader { sha256_with_rsa = 2, signed_header_data = 10000 }
        let header = [field(2, &proof), field(10_000, &signed)].concat();
        let mut crx = b"Cr24".to_vec();
        crx.extend(3u32.to_le_bytes());
        crx.extend(length(&header)?);
        crx.extend(header);
        crx.extend(zip);
        Ok(crx)
    }
}

/// The id that Chromium gives to an extension with this `key` in its manifest.
#[cfg(test)]
pub fn id_of(key: &str) -> Result<String> {
    use rsa::pkcs8::DecodePublicKey;
    let lines: Vec<&str> = key.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let key = lines.join("\n");
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n");
    Ok(written(&short(&rsa::PublicKey::from_public_key_pem(&pem)?.to_public_key_der()?.into_vec())))
}

/// 16 bytes of the public key's hash.
fn short(public: &[u8]) -> Vec<u8> {
    Sha256::digest(public).iter().take(16).copied().collect()
}

/// As Chromium writes an id: half a byte a letter, from a to p.
fn written(short: &[u8]) -> String {
    let letter = |half: u8| char::from(b'a' + half);
    short.iter().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

fn length(bytes: &[u8]) -> Result<[u8; 4]> {
    Ok(u32::try_from(bytes.len())?.to_le_bytes())
}

/// Bytes as a field of a protocol buffer.
fn field(number: usize, bytes: &[u8]) -> Vec<u8> {
    let mut field = varint(number << 3 | 2);
    field.extend(varint(bytes.len()));
    field.extend(bytes);
    field
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let seven = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(seven);
            return bytes;
        }
        bytes.push(seven | 0x80);
    }
}

/// What a browser asks for before it takes a CRX from a server.
fn update_manifest(id: &str, url: &str) -> String {
    let url = url.replace('&', "&amp;").replace('\'', "&apos;").replace('<', "&lt;");
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>\n  <app appid='{id}'>\n    <updatecheck codebase='{url}' version='{VERSION}'/>\n  </app>\n</gupdate>\n"
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_the_same_bytes_whatever_the_order_its_files_were_found_in() {
        let files = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect();
        assert_eq!(archive(&files(&["a", "b/c"])).unwrap(), archive(&files(&["b/c", "a"])).unwrap());
    }

    #[test]
    fn numbers_are_written_as_protocol_buffers_have_them() {
        assert_eq!(varint(1), [1]);
        assert_eq!(varint(300), [0xac, 0x02]);
        assert_eq!(field(10_000, b"x"), [0x82, 0xf1, 0x04, 1, b'x']);
    }

    #[test]
    fn an_address_stays_one_in_the_update_manifest() {
        assert!(
            update_manifest("abc", "https://example.com/a?b=1&c='2'").contains("codebase='https://example.com/a?b=1&amp;c=&apos;2&apos;'")
        );
    }
}
