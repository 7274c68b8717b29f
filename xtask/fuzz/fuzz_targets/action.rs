//! Requests. What a path and a method ask for is printed so that it reads as the same action, in every dialect.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_model::{Action, Dialect};

const DIALECTS: [Dialect; 4] = [Dialect::Graph, Dialect::Direct, Dialect::DirectPersonal, Dialect::Server];

fuzz_target!(|path: &str| {
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        match Action::parse(method, path, &DIALECTS) {
            Ok(action) => {
                assert_eq!(action.method().as_str(), method);
                if !path.starts_with('/') {
                    let whole = format!("/{path}");
                    assert_eq!(Action::parse(method, &whole, &DIALECTS).as_ref(), Ok(&action), "{whole}");
                }
                for dialect in DIALECTS {
                    let printed = action.path(dialect);
                    assert_eq!(
                        Action::parse(method, &printed, &[dialect]).as_ref(),
                        Ok(&action),
                        "{printed}"
                    );
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
