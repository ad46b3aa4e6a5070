use std::io::Cursor;

use actix_web::http::Method;
use domain::permission::Role;
use image::{ImageFormat, Rgb, RgbImage};

use super::listed_kettle;
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    RgbImage::from_pixel(width, height, Rgb([200, 30, 30])).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn upload(client: &Client, path: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    client
        .send(Method::POST, path, |request| {
            request.insert_header(("content-type", "multipart/form-data; boundary=b")).set_payload(body)
        })
        .await
}

#[actix_web::test]
async fn a_photo_is_drawn_anew_and_nothing_hidden_survives() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/attach", kettle.id);
    let mut polyglot = picture(ImageFormat::Png, 2000, 1000);
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    upload(&engineer, &path, "..\\..\\etc/photo.png", &polyglot).await.expect(303);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(page.contains("/files/1/thumbnail") && page.contains("alt=\"photo.png\""), "{page}");
    let photo = engineer.get("/files/1").await.expect(200);
    assert_eq!(photo.headers.get("content-type").unwrap(), "image/jpeg");
    assert_eq!(photo.headers.get("x-content-type-options").unwrap(), "nosniff");
    assert!(photo.headers.get("content-security-policy").unwrap().to_str().unwrap().contains("sandbox"));
    assert!(!photo.bytes.windows(8).any(|part| part == b"<script>"));
    let large = image::load_from_memory(&photo.bytes).unwrap();
    let small = image::load_from_memory(&engineer.get("/files/1/thumbnail").await.expect(200).bytes).unwrap();
    assert_eq!((large.width(), large.height(), small.width()), (1600, 800, 320));
}

#[actix_web::test]
async fn what_is_no_picture_and_no_pdf_is_refused() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/attach", kettle.id);
    // Sound headers of a hundred bytes that claim a hundred thousand pixels a side, and a hundred million in all.
    for side in [100_000, 10_000] {
        let refused = upload(&engineer, &path, "x.png", &png_that_claims(side)).await.expect(422).text();
        assert!(refused.contains("pixels are too many"), "{refused}");
    }
    let cut = &picture(ImageFormat::Jpeg, 64, 64)[..200];
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
    for bytes in [svg, b"<html>", b"", b"GIF89a", b"MZ", cut] {
        upload(&engineer, &path, "x.png", bytes).await.expect(422);
    }
    upload(&engineer, &path, "x.pdf", &vec![b'x'; (10 << 20) + 1]).await.expect(413);
    let plain = engineer.post(&path, &[("file", "x")]).await;
    assert!(plain.status.is_client_error(), "{}", plain.status);
    assert!(!engineer.get(&format!("/t/{}", kettle.tag)).await.text().contains("/files/"));
}

/// A PNG with a sound header of this size and nothing in it.
fn png_that_claims(side: u32) -> Vec<u8> {
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let empty_zlib = [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1];
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", &header[..]), (b"IDAT", &empty_zlib), (b"IEND", &[])] {
        let checked = [&name[..], data].concat();
        png.extend((data.len() as u32).to_be_bytes());
        png.extend(&checked);
        png.extend(crc32(&checked).to_be_bytes());
    }
    png
}

/// The checksum of PNG, so that nothing but the size is wrong with the picture.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[actix_web::test]
async fn what_a_camera_writes_beside_the_picture_is_used_and_dropped() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    // Orientation 6, a quarter turn, and a maker's note with a place in it.
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(b"GPS 53.8008 N 1.5491 W");
    let plain = picture(ImageFormat::Jpeg, 64, 32);
    let mut photo = plain[..2].to_vec();
    photo.extend([0xff, 0xe1]);
    photo.extend((exif.len() as u16 + 2).to_be_bytes());
    photo.extend(exif);
    photo.extend(&plain[2..]);
    upload(&engineer, &format!("/assets/{}/attach", kettle.id), "photo.jpg", &photo).await.expect(303);
    for address in ["/files/1", "/files/1/thumbnail"] {
        let kept = engineer.get(address).await.expect(200).bytes;
        let upright = image::load_from_memory(&kept).unwrap();
        assert_eq!((upright.width(), upright.height()), (32, 64), "turned upright");
        assert!(!kept.windows(4).any(|part| part == b"Exif" || part == b"GPS "));
    }
}

#[actix_web::test]
async fn a_document_is_offered_for_keeping() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    upload(&engineer, &format!("/assets/{}/attach", kettle.id), "manual\".pdf", b"%PDF-1.7 x")
        .await
        .expect(303);
    let file = engineer.get("/files/1").await.expect(200);
    assert_eq!(file.headers.get("content-type").unwrap(), "application/pdf");
    assert!(file.headers.get("content-disposition").unwrap().to_str().unwrap().starts_with("attachment"));
    engineer.get("/files/1/thumbnail").await.expect(404);
}

#[actix_web::test]
async fn a_file_has_no_address_for_strangers_and_foreigners() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = listed_kettle(&app, theirs);
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/attach", kettle.id);
    upload(&engineer, &path, "photo.png", &picture(ImageFormat::Png, 8, 8)).await.expect(303);
    let foreigner = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    for address in ["/files/1", "/files/1/thumbnail", "/files/99", "/files/..%2F1"] {
        foreigner.get(address).await.expect(404);
        assert_ne!(app.stranger().get(address).await.status, 200);
    }
    foreigner.post("/files/1/withdraw", &[]).await.expect(404);
    upload(&foreigner, &path, "photo.png", b"x").await.expect(404);
    upload(&app.client(Role::Viewer), &path, "photo.png", b"x").await.expect(403);
}

#[actix_web::test]
async fn a_withdrawn_photo_is_kept_but_not_shown() {
    let app = TestApp::new();
    let kettle = listed_kettle(&app, app.ground("Mills"));
    let engineer = app.client(Role::Engineer);
    let path = format!("/assets/{}/attach", kettle.id);
    upload(&engineer, &path, "photo.png", &picture(ImageFormat::Png, 8, 8)).await.expect(303);
    engineer.post("/files/1/withdraw", &[]).await.expect(303);
    let page = engineer.get(&format!("/t/{}", kettle.tag)).await.expect(200).text();
    assert!(!page.contains("/files/1") && page.contains("File withdrawn"), "{page}");
    engineer.get("/files/1").await.expect(200);
    engineer.post("/files/1/withdraw", &[]).await.expect(409);
}
