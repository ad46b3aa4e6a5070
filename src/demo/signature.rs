//! Signatures as if drawn with a finger: a stroke of loops from left to right.

use std::io::Cursor;

use image::{ImageFormat, Luma, LumaA, imageops::FilterType};

use super::chance::Chance;

const WIDTH: u32 = 360;
const HEIGHT: u32 = 110;
/// Drawn this much larger, then made small: smooth edges for little work.
const SCALE: u32 = 2;

/// A PNG with a transparent ground.
///
/// # Errors
/// The encoder's words.
pub fn draw(seed: u64) -> Result<Vec<u8>, String> {
    let mut chance = Chance::of(seed, 0x51_67);
    let mut ink = image::GrayImage::new(WIDTH * SCALE, HEIGHT * SCALE);
    let letters = chance.between(5, 8);
    let heights: Vec<f64> = (0..=letters).map(|at| height(&mut chance, at)).collect();
    let slant = chance.between(10, 40) as f64 / 100.0;
    let steps = 2600;
    for step in 0..steps {
        let t = f64::from(step) / f64::from(steps);
        let letter = (t * letters as f64) as usize;
        let turn = t * letters as f64 * std::f64::consts::TAU;
        let high = heights[letter.min(heights.len() - 1)];
        let y = 62.0 - high * (turn.sin() * 0.5 + 0.35) - 6.0 * t;
        let x = 22.0 + t * 300.0 + 9.0 * turn.cos() + (62.0 - y) * slant;
        let width = 1.3 + 0.9 * (turn + 0.8).cos().abs();
        dot(&mut ink, x * f64::from(SCALE), y * f64::from(SCALE), width * f64::from(SCALE));
    }
    let small = image::imageops::resize(&ink, WIDTH, HEIGHT, FilterType::Triangle);
    let picture = image::ImageBuffer::from_fn(WIDTH, HEIGHT, |x, y| {
        let Luma([alpha]) = *small.get_pixel(x, y);
        LumaA([20u8, alpha])
    });
    let mut png = Cursor::new(vec![]);
    picture.write_to(&mut png, ImageFormat::Png).map_err(|error| error.to_string())?;
    Ok(png.into_inner())
}

fn height(chance: &mut Chance, at: i64) -> f64 {
    // The first letter is a capital; of the others some go up.
    let high = if at == 0 || chance.per_mille(250) { chance.between(44, 58) } else { chance.between(12, 24) };
    high as f64
}

fn dot(ink: &mut image::GrayImage, x: f64, y: f64, radius: f64) {
    let reach = radius.ceil() as i64;
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (px, py) = (x as i64 + dx, y as i64 + dy);
            let inside = (dx * dx + dy * dy) as f64 <= radius * radius;
            if let (Ok(px), Ok(py), true) = (u32::try_from(px), u32::try_from(py), inside)
                && px < ink.width()
                && py < ink.height()
            {
                ink.put_pixel(px, py, Luma([255]));
            }
        }
    }
}
