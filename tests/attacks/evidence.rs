//! Attacks on what the papers say: swapped invitations, templates, the PDF engine, branding, edited PDFs.

use std::path::Path;

use domain::label::template::Template;
use domain::label::{Design, LabelData};
use domain::permission::Role;
use proofmark::actions::certificates::{Paper, check_paper};

use crate::support::TestApp;

/// 5: a link belongs to whom it was sent, whatever is posted with it and whatever changes meanwhile.
#[actix_web::test]
async fn an_invitation_cannot_be_swapped_for_another_person() {
    let app = TestApp::new();
    let admin = app.client(Role::Administrator);
    let (boss, boss_mail) = app.add_user(Role::Administrator, None);
    for (name, email) in [("Eve", "eve@mill.test"), ("Bob", "bob@mill.test")] {
        let form = [("name", name), ("email", email), ("role", "viewer"), ("sees", "all"), ("active", "on")];
        admin.post("/users/new", &form).await.expect(303);
    }
    let path = |n: usize| {
        let body = app.mails()[n].body.clone();
        let link = body.lines().find(|line| line.starts_with("http")).unwrap().to_owned();
        link.strip_prefix("http://proofmark.test").unwrap().to_owned()
    };
    let (eve, bob) = (path(0), path(1));
    let stranger = app.stranger();
    let id = boss.to_string();
    for (name, value) in [("person_id", id.as_str()), ("email", &boss_mail), ("role", "administrator")] {
        let form = [("password", "a long enough one"), (name, value)];
        stranger.post(&eve, &form).await.expect(422);
    }
    // The secret is all that counts: half of one and half of the other open nothing.
    let mixed = format!("{}{}", &eve[..eve.len() - 8], &bob[bob.len() - 8..]);
    stranger.post(&mixed, &[("password", "a long enough one")]).await.expect(404);
    stranger.post(&eve, &[("password", "a long enough one")]).await.expect(200);
    let log_in = |email: &'static str| [("email", email), ("password", "a long enough one")];
    stranger.post("/login", &log_in("eve@mill.test")).await.expect(303);
    stranger.post("/login", &log_in("bob@mill.test")).await.expect(422);
    let boss_log_in = [("email", boss_mail.as_str()), ("password", "a long enough one")];
    stranger.post("/login", &boss_log_in).await.expect(422);
}

/// 19: a design names fields from a list and nothing else; what stands in a field is never read as a design.
#[test]
fn a_label_design_reaches_nothing_but_its_fields() {
    for text in [
        "{config.smtp.url}",
        "{asset.tag.__class__}",
        "{{7*7}} {7*7}",
        "{env:HOME}",
        "{asset.tag | upper}",
        "{include \"/etc/passwd\"}",
        "{% include \"x\" %}{",
        "{ asset.tag }",
        "{person.email}",
        "{asset.tag",
    ] {
        assert!(Template::parse(text).is_err(), "{text}");
    }
    for plain in ["${HOME}".replace('{', "{{").replace('}', "}}"), "#set($x = 1) <%= x %>".to_owned()] {
        let said = Template::parse(&plain).unwrap().fill(&LabelData::sample());
        assert_eq!(said, plain.replace("{{", "{").replace("}}", "}"));
    }
    let mut data = LabelData::sample();
    data.set("asset.description", "{firm.phone} {{asset.tag}} {test.verdict}");
    let said = Template::parse("{asset.description}").unwrap().fill(&data);
    assert_eq!(said, "{firm.phone} {{asset.tag}} {test.verdict}");
    let picture = "name = \"x\"\ntitle = \"X\"\n[[variant]]\nsize_mm = [40, 20]\n[[variant.box]]\nname = \"b\"\n\
                   kind = \"image\"\nsrc = \"file:///etc/passwd\"\nat_mm = [1, 1]\nsize_mm = [5, 5]";
    assert!(Design::parse("design/x.toml", picture).is_err(), "no box reads a file");
}

/// 20: the engine draws what it is given; it has no way to a file or the network, and writes none into the PDF.
#[actix_web::test]
async fn the_pdf_engine_reaches_no_file_and_no_network() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/render/src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::net", "std::process", "File::open", "reqwest", "ureq"] {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    }
    let app = TestApp::new();
    let kettle =
        app.kettle(app.ground("<img src=file:///etc/passwd> \\input{/etc/passwd} (/URI (http://evil))"));
    let engineer = app.client(Role::Engineer);
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0e0001";
    let note =
        "<iframe src=http://169.254.169.254/> ) endobj 1 0 obj << /OpenAction << /S /Launch /F (sh) >> >>";
    let form = [("id", id), ("all_good", "yes"), ("note", note)];
    engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    engineer.post("/certificates", &[("test", id)]).await.expect(303);
    let pdf = app.pdf_of(id);
    let raw = String::from_utf8_lossy(&pdf);
    for word in [
        "/Launch",
        "/JavaScript",
        "/JS",
        "/EmbeddedFile",
        "/GoToR",
        "/SubmitForm",
        "/ImportData",
        "/RichMedia",
    ] {
        assert!(!raw.contains(word), "the PDF holds {word}");
    }
    assert!(
        !raw.contains("/F (sh)") && !raw.contains("169.254.169.254"),
        "what was typed is drawn, not written"
    );
}

/// 22: branding is a name, a colour and a picture; none of them is CSS.
#[actix_web::test]
async fn branding_carries_no_style() {
    let app = TestApp::new();
    let secret = app.app.set_up_secret.clone().unwrap();
    let set_up =
        [("firm", "Mill"), ("name", "Ann"), ("email", "ann@mill.test"), ("password", "correct horse")];
    app.stranger().post(&format!("/setup/{secret}"), &set_up).await.expect(303);
    let admin = app.client(Role::Administrator);
    for colour in [
        "red;}body{display:none}",
        "url(https://evil.test/x)",
        "#1b4f72;background:url(//evil)",
        "expression(alert(1))",
        "#1b4f7",
        "var(--x)",
        "</style><script>alert(1)</script>",
    ] {
        let form = [("name", "Mill"), ("accent", colour), ("version", "1")];
        admin.post("/settings", &form).await.expect(422);
    }
    let name = "Mill</style><style>*{display:none}</style>";
    admin.post("/settings", &[("name", name), ("accent", "#1b4f72"), ("version", "1")]).await.expect(303);
    for path in ["/", "/settings", "/c/0123456789abcdef0123456789abcdef"] {
        let page = admin.get(path).await.text();
        assert!(!page.contains("<style") && !page.contains(" style="), "{path} has a style of its own");
    }
    assert_eq!(
        proofmark::actions::settings::find_firm(&app.app).unwrap().accent.unwrap().to_string(),
        "#1b4f72"
    );
}

impl TestApp {
    /// The certificate of a test.
    fn pdf_of(&self, test: &str) -> Vec<u8> {
        use diesel::prelude::*;
        use store::schema::{certificates, files};
        let pdf = self.app.store.read(|conn| {
            let joined = certificates::table.inner_join(files::table).filter(certificates::test_id.eq(test));
            joined.select(files::bytes).order(certificates::id.desc()).first(conn).map_err(store::Error::from)
        });
        pdf.unwrap()
    }
}

/// 38: one changed byte of a PDF is enough; a superseded one is told apart.
#[actix_web::test]
async fn an_edited_pdf_is_not_ours() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0e0002";
    let form = [("id", id), ("all_good", "yes")];
    engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    engineer.post("/certificates", &[("test", id)]).await.expect(303);
    let pdf = app.pdf_of(id);
    let number = "C-000001".to_owned();
    let paper = |bytes: &[u8]| check_paper(&app.app, bytes).unwrap();
    assert_eq!(paper(&pdf), Paper::Current { number, revision: 1 });
    for at in [10, pdf.len() / 2, pdf.len() - 2] {
        let mut edited = pdf.clone();
        edited[at] ^= 1;
        assert_eq!(paper(&edited), Paper::Unknown);
    }
    assert_eq!(paper(&[&pdf[..], b"\n"].concat()), Paper::Unknown);
    assert_eq!(paper(b""), Paper::Unknown);
}

/// 12: whoever tries codes is slowed down.
#[actix_web::test]
async fn trying_certificate_codes_is_slowed_down() {
    let app = TestApp::with(|config| config.trusted_proxies = 1);
    let mut stranger = app.stranger();
    stranger.headers.push(("x-forwarded-for".to_owned(), "203.0.113.9".to_owned()));
    // Sixty at once, then one a second: a slow machine earns some while it tries.
    let mut tried = 0;
    while stranger.get(&format!("/c/{tried:032x}")).await.status.as_u16() == 404 {
        tried += 1;
        assert!(tried < 500, "nobody is slowed down");
    }
    assert!(tried >= 60, "slowed down after {tried} already");
    stranger.get("/c/0123456789abcdef0123456789abcdef").await.expect(429);
    app.stranger().get("/c/0123456789abcdef0123456789abcdef").await.expect(404);
}
