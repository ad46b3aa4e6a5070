//! Pictures, and forms that carry files.

use std::io::Cursor;

use actix_web::http::Method;
use image::{ImageFormat, Rgb, RgbImage};

use super::TestApp;
use super::client::{Answer, Client};

impl TestApp {
    /// A PNG of one colour.
    pub fn picture(&self, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(vec![]);
        let picture = RgbImage::from_pixel(width, height, Rgb([200, 30, 30]));
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }
}

impl Client {
    /// Posts a form with one file: the name of its field, its own name, its bytes.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, name, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = vec![];
        for (name, value) in fields {
            let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head =
            format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        self.send(Method::POST, path, |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
    }
}
