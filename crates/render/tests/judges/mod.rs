//! Programs that nobody here wrote, asked whether our PDFs are any good: qpdf, poppler, zbarimg, zxing-cpp.
//!
//! Without them a test says so and passes; with `PROOFMARK_JUDGES=required` it fails.

use std::path::Path;
use std::process::{Command, Output};

/// Whether all these programs can be asked.
pub fn present(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|p| !can_run(p)).collect();
    if missing.is_empty() {
        return true;
    }
    let required = std::env::var("PROOFMARK_JUDGES").is_ok_and(|v| v == "required");
    assert!(!required, "PROOFMARK_JUDGES=required and not installed: {missing:?}");
    println!("skipped: {missing:?} not installed");
    false
}

fn can_run(program: &str) -> bool {
    match program {
        "zxing" => run_python("import zxingcpp, PIL", &[]).is_some_and(|o| o.status.success()),
        // Each prints its version and leaves; older popplers leave with 99.
        _ => Command::new(program)
            .arg(if program == "qpdf" || program == "zbarimg" { "--version" } else { "-v" })
            .output()
            .is_ok(),
    }
}

/// Python with zxing-cpp and pillow, such as that of a virtual environment.
fn run_python(code: &str, arguments: &[&str]) -> Option<Output> {
    let python = std::env::var("PROOFMARK_PYTHON").unwrap_or_else(|_| "python3".into());
    Command::new(python).arg("-c").arg(code).args(arguments).output().ok()
}

/// What a program printed; it must have left without an error.
pub fn ask(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect(program);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Fails unless qpdf finds the file without fault.
pub fn check(pdf: &Path) {
    let said = ask("qpdf", &["--check", text(pdf)]);
    assert!(said.contains("No syntax or stream encoding errors"), "{said}");
}

/// The text of a PDF, in reading order.
pub fn words(pdf: &Path) -> String {
    ask("pdftotext", &["-layout", text(pdf), "-"])
}

/// Draws the first page at a resolution, cut to `[x, y, w, h]` in millimetres; gives the picture's path.
pub fn picture(pdf: &Path, dpi: u32, area_mm: [f64; 4]) -> std::path::PathBuf {
    let pixels = area_mm.map(|v| format!("{}", (v * f64::from(dpi) / 25.4).round()));
    let out = pdf.with_extension("");
    let dpi = dpi.to_string();
    let [x, y, w, h] = pixels.each_ref().map(String::as_str);
    let area = ["-x", x, "-y", y, "-W", w, "-H", h];
    let fixed = ["-r", &dpi, "-gray", "-png", "-f", "1", "-l", "1", "-singlefile"];
    let arguments: Vec<&str> = fixed.into_iter().chain(area).chain([text(pdf), text(&out)]).collect();
    ask("pdftoppm", &arguments);
    out.with_extension("png")
}

/// Every code that zbarimg sees in a picture, sorted.
pub fn zbar(picture: &Path) -> Vec<String> {
    let output = Command::new("zbarimg")
        .args(["-Sdisable", "-Sqrcode.enable", "-q", "--raw", text(picture)])
        .output()
        .expect("zbarimg");
    let mut found: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect();
    found.sort();
    found
}

/// Every QR code that zxing-cpp sees in a picture, sorted. Of the usual kind only: since 3.0 "QRCode" stands for its
/// small relatives too, which it now and then sees in a page of random letters.
pub fn zxing(picture: &Path) -> Vec<String> {
    let code = "import sys, zxingcpp; from PIL import Image\n\
        kinds = zxingcpp.BarcodeFormat; usual = getattr(kinds, 'QRCodeModel2', kinds.QRCode)\n\
        [print(r.text) for r in zxingcpp.read_barcodes(Image.open(sys.argv[1]), formats=usual)]";
    let output = run_python(code, &[text(picture)]).expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect();
    found.sort();
    found
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
