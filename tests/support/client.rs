//! A client that talks to the application in process.

use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{self, TestRequest};
use actix_web::web::{Bytes, Data};
use proofmark::app::App;
use proofmark::web::server;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).expect("a redirect").to_str().unwrap()
    }

    /// The answer, if its status is the one expected; else a panic that shows what came instead.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// A browser or program.
pub struct Client {
    app: Data<App>,
    pub session: Option<String>,
    pub token: Option<String>,
    /// Headers sent with each request.
    pub headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(app: Data<App>, session: Option<String>) -> Self {
        let headers = vec![
            ("accept".to_owned(), "text/html".to_owned()),
            ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
        ];
        Self { app, session, token: None, headers }
    }

    /// A program with a bearer token instead of a browser with a session.
    pub fn with_token(app: Data<App>, token: &str) -> Self {
        Self { app, session: None, token: Some(token.to_owned()), headers: vec![] }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |request| request).await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, |request| request.set_form(form)).await
    }

    /// Posts a form with files in one of its fields.
    pub async fn post_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, files): (&str, &[Vec<u8>]),
    ) -> Answer {
        let mut body = vec![];
        for (name, value) in fields {
            let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for bytes in files {
            let part = format!(
                "--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"p.png\"\r\n\r\n"
            );
            body.extend_from_slice(part.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--b--\r\n");
        let kind = ("content-type", "multipart/form-data; boundary=b");
        self.send(Method::POST, path, |request| request.insert_header(kind).set_payload(body)).await
    }

    /// Sends a JSON document.
    pub async fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.send(method, path, |request| request.set_json(body)).await
    }

    /// Sends any request.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        build: impl FnOnce(TestRequest) -> TestRequest,
    ) -> Answer {
        let service = test::init_service(server::service(self.app.clone())).await;
        let mut request = TestRequest::with_uri(path).method(method);
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        if let Some(session) = &self.session {
            request = request.insert_header(("cookie", format!("session={session}")));
        }
        if let Some(token) = &self.token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let response = match test::try_call_service(&service, build(request).to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes =
            actix_web::body::to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("a broken body"));
        Answer { status, headers, bytes }
    }
}
