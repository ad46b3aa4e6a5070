use super::Half;
use crate::label::{LabelData, LabelError, Library, Mark, lay_out};

fn library() -> &'static Library {
    Library::builtin()
}

fn data_for(design: &str) -> LabelData {
    let mut data = LabelData::sample();
    for (field, value) in &library().design(design).unwrap().requires {
        data.set(field, value);
    }
    data
}

fn area(mark: &Mark) -> [f64; 4] {
    match mark {
        Mark::Text { x_mm, y_mm, pt, text, .. } => {
            let em = pt * 25.4 / 72.0;
            [*x_mm, y_mm - 0.73 * em, text.chars().count() as f64 * 0.5 * em, 0.97 * em]
        }
        Mark::Fill { x_mm, y_mm, w_mm, h_mm, .. } | Mark::Frame { x_mm, y_mm, w_mm, h_mm, .. } => {
            [*x_mm, *y_mm, *w_mm, *h_mm]
        }
        Mark::Qr { x_mm, y_mm, module_mm, .. } => {
            let quiet = 4.0 * module_mm;
            [x_mm - quiet, y_mm - quiet, 33.0 * module_mm, 33.0 * module_mm]
        }
        Mark::Line { .. } | Mark::Image { .. } => [1.0; 4],
    }
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    (0..2).all(|i| a[i] + 0.05 < b[i] + b[i + 2] && b[i] + 0.05 < a[i] + a[i + 2])
}

#[test]
fn every_design_fits_every_stock_and_nothing_touches_the_code() {
    let painful = "x".repeat(200);
    for stock in &library().stocks {
        for design in &library().designs {
            let plain = data_for(&design.name);
            let hurt = plain.clone().with("asset.description", &painful).with("test.reason", &painful);
            for data in [plain.clone(), hurt, plain.without("test.next_due")] {
                let laid = lay_out(stock, design, &data, 600, &Half).unwrap();
                let areas: Vec<_> = laid.marks.iter().map(area).collect();
                for a in &areas {
                    let inside = (0..2).all(|i| a[i] > 0.2 && a[i] + a[i + 2] < stock.label_mm[i] - 0.2);
                    assert!(inside, "{} on {}: {a:?}", design.name, stock.code);
                }
                let code = laid.marks.iter().position(|m| matches!(m, Mark::Qr { .. }));
                for (index, a) in areas.iter().enumerate().filter(|(i, _)| code.is_some_and(|c| c != *i)) {
                    let free = !overlap(*a, areas[code.unwrap()]);
                    assert!(free, "{} on {}: {:?}", design.name, stock.code, laid.marks[index]);
                }
            }
        }
    }
}

#[test]
fn a_stock_of_10_mm_height_gets_words_and_one_of_12_7_a_code() {
    let design = library().design("asset").unwrap();
    let has_code = |stock: &str| {
        let laid = lay_out(library().stock(stock).unwrap(), design, &data_for("asset"), 600, &Half).unwrap();
        laid.marks.iter().any(|m| matches!(m, Mark::Qr { .. }))
    };
    for stock in ["L6008", "L7657", "L7658", "4731", "L7656"] {
        assert!(!has_code(stock), "{stock}");
    }
    for stock in ["5167", "4732", "L7651", "L6112", "L7160"] {
        assert!(has_code(stock), "{stock}");
    }
}

#[test]
fn a_label_that_must_not_be_printed_is_refused_with_the_reason() {
    let (library, stock) = (library(), library().stock("L7160").unwrap());
    let pass = library.design("pat_pass").unwrap();
    let failed = LabelData::sample().with("test.verdict", "fail");
    let error = lay_out(stock, pass, &failed, 600, &Half).unwrap_err();
    assert!(matches!(&error, LabelError::NotAllowed { found, .. } if found == "fail"), "{error}");
    let long = data_for("asset").with("asset.tag", "W".repeat(90));
    let error = lay_out(stock, library.design("asset").unwrap(), &long, 600, &Half).unwrap_err();
    assert!(matches!(&error, LabelError::TextTooLong { in_box, .. } if in_box == "tag"), "{error}");
}

#[test]
fn a_design_that_needs_a_code_is_refused_where_none_can_be_scanned() {
    let mut design = library().design("asset").unwrap().clone();
    design.variants.retain(|v| v.has_code());
    let stock = library().stock("5167").unwrap();
    let long =
        data_for("asset").with("asset.url", format!("HTTPS://{}.EXAMPLE.ORG/T/7K3M9QX4", "A".repeat(60)));
    let error = lay_out(stock, &design, &long, 600, &Half).unwrap_err().to_string();
    assert!(error.contains("cannot be printed on 5167") && error.contains("shorter address"), "{error}");
    let tiny =
        lay_out(library().stock("L7657").unwrap(), &design, &long, 600, &Half).unwrap_err().to_string();
    assert!(tiny.contains("17.78 x 10 mm"), "{tiny}");
}

#[test]
fn a_failed_label_names_no_next_date_and_says_so_without_colour() {
    let laid = lay_out(
        library().stock("L7160").unwrap(),
        library().design("pat_fail").unwrap(),
        &data_for("pat_fail"),
        600,
        &Half,
    )
    .unwrap();
    let words: Vec<_> = laid
        .marks
        .iter()
        .filter_map(|m| if let Mark::Text { text, .. } = m { Some(text.as_str()) } else { None })
        .collect();
    assert!(words.iter().any(|w| w.contains("FAILED - DO NOT USE")));
    assert!(!words.iter().any(|w| w.contains("2027")), "{words:?}");
    assert!(matches!(laid.marks[0], Mark::Fill { .. }));
}
