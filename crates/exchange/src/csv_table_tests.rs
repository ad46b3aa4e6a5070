use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Table {
    Table::read(text.as_bytes()).unwrap()
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|r| r.cells.iter().map(String::as_str).collect()).collect()
}

#[test]
fn every_line_ending_gives_the_same_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "Item,Notes", "Kettle,\"two", "lines\"", "  ", ",", "Fan,ok", ""].join(end);
        let table = read(&text);
        assert_eq!(table.header, ["Item", "Notes"]);
        assert_eq!(table.header_line, 2);
        assert_eq!(table.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 7], "{end:?}");
        assert_eq!(table.rows[0].cells[1], format!("two{end}lines"));
    }
}

#[test]
fn the_delimiter_is_found_in_spite_of_commas_in_text() {
    for (text, delimiter) in [
        ("id;cost;note\n1;2,50;a, b, c\n2;3,10;d", ';'),
        ("id\tname\n1\tKettle, blue; new\n", '\t'),
        ("id|name\n1|a", '|'),
        ("id,name\n1,a;b", ','),
        ("\"a,b\";\"c,d\"\n1;2\n", ';'),
        ("just one column\nKettle\n", ','),
        ("sep=;\r\na,b;c\r\n1,5;2", ';'),
    ] {
        assert_eq!(read(text).delimiter, delimiter, "{text:?}");
    }
    let declared = read("sep=;\r\na,b;c\r\n1,5;2");
    assert_eq!((declared.header, declared.header_line), (vec!["a,b".to_string(), "c".into()], 2));
    assert_eq!(declared.rows[0].line, 3);
}

#[test]
fn headers_are_made_unique_and_said_so() {
    let table = read("Notes, notes ,,Notes (2),\u{feff}Asset\nNo\n");
    assert_eq!(table.header, ["Notes", "notes (2)", "Column 3", "Notes (2) (2)", "Asset"]);
    assert_eq!(table.notes.iter().filter(|n| n.contains("again")).count(), 2);
    assert_eq!(read("\"Asset\r\n No\",B\n").header, ["Asset No", "B"]);
}

#[test]
fn ragged_rows_are_named_and_empty_cells_beyond_the_header_are_not() {
    let table = read("a,b,c\n1\n1,2,3,4\n1,2,3,,\n1,2,3\n");
    assert_eq!(table.ragged().collect::<Vec<_>>(), [(2, 1), (3, 4)]);
    assert_eq!(cells(&table), [["1", "", ""], ["1", "2", "3"], ["1", "2", "3"], ["1", "2", "3"]]);
}

#[test]
fn quotation_marks_inside_cells_are_text() {
    let table = read("a,b\n15\" monitor,x\n\"12\"\" pipe\",\"y\" z\n");
    assert_eq!(cells(&table), [["15\" monitor", "x"], ["12\" pipe", "y z"]]);
}

#[test]
fn what_is_no_table_says_why() {
    let limits = Limits { bytes: 60, columns: 3, rows: 2, cell: 10 };
    let error = |text: &str| Table::read_within(text.as_bytes(), &limits).unwrap_err();
    assert_eq!(error(""), TableError::Empty);
    assert_eq!(error("\u{feff}\r\n , \n"), TableError::Empty);
    assert_eq!(error(&"x".repeat(61)), TableError::TooLarge(60));
    assert_eq!(error("a\n1\n2\n3\n"), TableError::TooManyRows(2));
    assert_eq!(error("a\n1,2,3,4\n"), TableError::TooManyColumns(2, 3));
    assert_eq!(error("a\n\n12345678901"), TableError::CellTooLong(3, 10));
    assert_eq!(error("a\n\"1\n2"), TableError::OpenQuote(2));
    assert_eq!(error("a\nb\0"), TableError::Nul(2));
    assert!(Table::read(b"\xef\xbb\xbfa\n\xff").unwrap_err().to_string().starts_with("line 2: "));
}

/// The csv crate, which nobody here wrote, reads the same cells out of well-formed text.
fn judged(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().map(|r| r.unwrap().iter().map(String::from).collect::<Vec<_>>());
    records.filter(|r| r.iter().any(|c| !c.trim().is_empty())).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(table) = Table::read(&bytes) {
            let unique: HashSet<String> = table.header.iter().map(|h| h.to_lowercase()).collect();
            prop_assert_eq!(unique.len(), table.header.len());
            prop_assert!(table.rows.iter().all(|r| r.cells.len() == table.header.len()));
            prop_assert!(table.rows.windows(2).all(|w| w[0].line < w[1].line));
        }
    }

    #[test]
    fn the_csv_crate_agrees(rows in prop::collection::vec(prop::collection::vec("[a-zé,\"\n\r; ]{0,5}", 3), 1..9)) {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(["one", "two", "three"]).unwrap();
        rows.iter().for_each(|r| writer.write_record(r).unwrap());
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let table = read(&text);
        prop_assume!(table.delimiter == ',');
        prop_assert_eq!(table.rows.iter().map(|r| r.cells.clone()).collect::<Vec<_>>(), judged(&text)[1..].to_vec());
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them(ends in prop::collection::vec("\r|\n|\r\n", 1..20)) {
        let mut text = String::from("head,two");
        for (index, end) in ends.iter().enumerate() {
            text.push_str(&format!("{end}row {index},x"));
        }
        // A lone LF after a lone CR is one CRLF in the text, so ask the text and not the list.
        let plain = text.replace("\r\n", "\n").replace('\r', "\n");
        for row in read(&text).rows {
            prop_assert!(plain.split('\n').nth(row.line - 1).unwrap().starts_with(&row.cells[0]));
        }
    }
}
