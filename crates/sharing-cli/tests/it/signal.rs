//! Somebody stops the program, and it goes on later.

use std::process::{Child, Command};

use crate::crash::{FILES, Scene, ended};

pub(crate) fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn either_signal_lets_it_finish_what_is_under_way_and_leaves_a_run_that_resumes() {
    let scene = Scene::new(None);
    let mut child = scene.apply();
    for (signal, requests) in [("-INT", FILES as u64 + 40), ("-TERM", FILES as u64 + 120)] {
        assert!(!scene.has_ended_by(&mut child, requests));
        send(signal, &child);
        assert_eq!(ended(&mut child), Some(130));
        let shown = crate::seen(&mut scene.command(&["runs", "show", "1"]));
        assert!(shown.contains("run 1 stopped: interrupted\nnext: sharing runs resume 1"), "{shown}");
        child = scene.spawn(&["runs", "resume", "1"]);
    }
    assert_eq!(ended(&mut child), Some(0));
    scene.check("1");
}
