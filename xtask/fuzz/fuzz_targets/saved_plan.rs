//! Saved plans. One that is read to its end is written so that it reads as the same plan.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_bulk::{SavedPlan, SavedPlanWriter};

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut plan) = SavedPlan::open(bytes) else { return };
    let head = plan.head().clone();
    let mut items = Vec::new();
    for item in plan.by_ref() {
        match item {
            Ok(item) => items.push(item),
            Err(error) => {
                return assert!(error.to_string().starts_with("line ") || !bytes.is_ascii(), "{error}");
            }
        }
    }
    let summary = plan.summary().unwrap().clone();

    let mut writer = SavedPlanWriter::new(Vec::new(), &head).unwrap();
    for item in &items {
        writer.item(item).unwrap();
    }
    let written = writer.finish(&summary.tally, &summary.forecast).unwrap();
    let mut again = SavedPlan::open(&*written).unwrap();
    assert_eq!(again.head(), &head);
    assert_eq!(again.by_ref().collect::<Result<Vec<_>, _>>().unwrap(), items);
    assert_eq!(again.summary(), Some(&summary));
});
