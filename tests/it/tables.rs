//! Records of CSV files, read by other code than wrote them.

use countersign::domain::csv;
use proptest::prelude::*;

/// A cell that may hold what means something to CSV, or to a spreadsheet.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[=+@,;\"'\r\n\t -]{0,6}[a-zä=,\"]{0,3}", any::<String>()]
}

proptest! {
    #[test]
    fn whatever_cells_hold_is_read_again_and_no_formula(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..5),
    ) {
        let file: String = rows.iter().map(csv::record).collect();
        let reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_bytes());
        let read: Vec<Vec<String>> = reader
            .into_records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(read.len(), rows.len());
        for (read, written) in read.iter().flatten().zip(rows.iter().flatten()) {
            let starts_formula = written.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(read.strip_prefix('\'').filter(|_| starts_formula).unwrap_or(read), written.as_str());
        }
    }
}

#[test]
fn a_record_is_written_as_rfc_4180_has_it() {
    let cells = ["plain", "a, b", "say \"no\"", "two\nlines", "", "-1", "@lee", "\u{ff1d}1"];
    let record = "plain,\"a, b\",\"say \"\"no\"\"\",\"two\nlines\",,'-1,'@lee,'\u{ff1d}1\r\n";
    assert_eq!(csv::record(cells), record);
}
