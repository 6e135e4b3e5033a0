//! Whatever is written into notes and whispers, no byte of it reaches whoever may not read it.

use inbox_core::{Content, Event, EventKind, Speaker};
use inbox_protocol::{FromAgent, FromVisitor, ToAgent, ToVisitor};
use inbox_room::{AgentView, EventBody, Frame, Stored, View, Written, frame_for};
use inbox_types::{MemberCard, Place, Seq, SessionNo, Timestamp, Visibility};
use proptest::prelude::*;

use crate::stage::{Stage, agent_post, id, post, text};

const NOTE: &str = "canary-note";
const WHISPER: &str = "canary-whisper";

/// What people do in a scene that nobody wrote.
#[derive(Clone, Copy, Debug)]
enum Step {
    VisitorWrites,
    VisitorEnds,
    VisitorComes,
    Ana(Deed),
    Ben(Deed),
    Sue(Deed),
    Time(u16),
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Comes,
    Takes,
    Writes(Visibility),
    EditsLast,
    DeletesLast,
    InvitesBen,
    PassesOn,
    Supervises,
    Leaves,
    Ends,
    Reopens,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        Just(Deed::Comes),
        Just(Deed::Takes),
        Just(Deed::Writes(Visibility::Public)),
        Just(Deed::Writes(Visibility::Note)),
        Just(Deed::Writes(Visibility::Whisper)),
        Just(Deed::EditsLast),
        Just(Deed::DeletesLast),
        Just(Deed::InvitesBen),
        Just(Deed::PassesOn),
        Just(Deed::Supervises),
        Just(Deed::Leaves),
        Just(Deed::Ends),
        Just(Deed::Reopens),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::VisitorWrites),
        1 => Just(Step::VisitorEnds),
        1 => Just(Step::VisitorComes),
        5 => deed().prop_map(Step::Ana),
        4 => deed().prop_map(Step::Ben),
        3 => deed().prop_map(Step::Sue),
        1 => (1u16..2_000).prop_map(Step::Time),
    ]
}

/// Plays the steps; every turn is also a test of waking. Returns the stage at the end.
fn play(steps: &[Step]) -> Stage {
    let mut stage = Stage::new();
    let mut conns = [1u64, 2, 3, 4];
    stage.visitor_arrives(conns[0]);
    for (index, agent) in [(1, "ana"), (2, "ben"), (3, "sue")] {
        stage.agent_arrives(conns[index], agent);
    }
    for (n, step) in steps.iter().enumerate() {
        let name = format!("m{n}");
        match *step {
            Step::VisitorWrites => {
                stage.visitor(conns[0], post(&name, "from the visitor", &[]));
            }
            Step::VisitorEnds => {
                stage.visitor(conns[0], FromVisitor::End);
            }
            Step::VisitorComes => {
                conns[0] = 100 + n as u64;
                stage.visitor_arrives(conns[0]);
            }
            Step::Ana(deed) => act(&mut stage, &mut conns[1], "ana", deed, n),
            Step::Ben(deed) => act(&mut stage, &mut conns[2], "ben", deed, n),
            Step::Sue(deed) => act(&mut stage, &mut conns[3], "sue", deed, n),
            Step::Time(seconds) => {
                stage.wait(u64::from(seconds) * 1_000);
                stage.handle(inbox_room::Input::Fired);
                for (index, agent) in [(1, "ana"), (2, "ben"), (3, "sue")] {
                    conns[index] = 1_000 * index as u64 + n as u64;
                    stage.agent_arrives(conns[index], agent);
                }
            }
        }
    }
    stage
}

fn act(stage: &mut Stage, conn: &mut u64, agent: &str, deed: Deed, n: usize) {
    let name = format!("m{n}");
    let last = Place(
        stage
            .memory
            .events
            .iter()
            .filter(|it| it.idempotency_key().is_some())
            .map(|it| it.seq.0)
            .max()
            .unwrap_or(1),
    );
    let frame = match deed {
        Deed::Comes => {
            *conn = 500 + n as u64;
            stage.agent_arrives(*conn, agent);
            return;
        }
        Deed::Takes => FromAgent::Take,
        Deed::Writes(Visibility::Public) => agent_post(&name, Visibility::Public, "in public"),
        Deed::Writes(Visibility::Note) => agent_post(&name, Visibility::Note, NOTE),
        // Sue's whispers are the ones to watch.
        Deed::Writes(Visibility::Whisper) => agent_post(&name, Visibility::Whisper, WHISPER),
        Deed::EditsLast => {
            let stored = stage.memory.events.iter().find(|it| it.seq.0 == last.0);
            let said = match stored.map(|it| &it.body.event.kind) {
                Some(EventKind::Posted { visibility: Visibility::Note, .. }) => NOTE,
                Some(EventKind::Posted { visibility: Visibility::Whisper, .. }) => WHISPER,
                _ => "edited",
            };
            FromAgent::Edit { of: last, text: text(&format!("{said} again")) }
        }
        Deed::DeletesLast => FromAgent::Delete { of: last },
        Deed::InvitesBen => FromAgent::Invite {
            agent: id("ben"),
            mode: Some(inbox_types::TransferMode::Direct),
            session: None,
        },
        Deed::PassesOn => FromAgent::Transfer {
            to: inbox_protocol::TransferTarget::Agent(id("ben")),
            mode: Some(inbox_types::TransferMode::Direct),
            reason: None,
            session: None,
        },
        Deed::Supervises => FromAgent::Supervise,
        Deed::Leaves => FromAgent::Leave { session: None },
        Deed::Ends => FromAgent::End { ask: false, reason: None, session: None },
        Deed::Reopens => FromAgent::Reopen,
    };
    stage.agent(*conn, frame);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// RM8, RM9: no canary in any visitor's frame, nor in the frames of cleo, who only looks on.
    #[test]
    fn rm9_a_canary_never_reaches_whoever_may_not_read_it(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut stage = play(&steps);
        stage.agent_arrives(9_000, "cleo");
        stage.visitor_arrives(9_001);
        for frames in stage.heard.values() {
            for frame in frames {
                if let Frame::Visitor(frame) = frame {
                    let bytes = serde_json::to_string::<ToVisitor>(frame).unwrap();
                    prop_assert!(!bytes.contains("canary"), "{bytes}");
                }
            }
        }
        for frame in stage.agent_heard(9_000) {
            let bytes = serde_json::to_string::<ToAgent>(&frame).unwrap();
            prop_assert!(!bytes.contains(WHISPER), "{bytes}");
        }
    }
}

fn whisper(shown: Option<Place>, visibility: Visibility) -> Stored {
    let by = MemberCard { id: id("ana"), name: "Ana".to_owned().try_into().unwrap() };
    Stored {
        seq: Seq(4),
        shown,
        body: EventBody {
            event: Event {
                at: Timestamp::from_millis(5),
                session: SessionNo(1),
                kind: EventKind::Posted {
                    client_id: id("w1"),
                    by: Speaker::Agent(by),
                    visibility,
                    detection: None,
                    language_source: None,
                },
            },
            by: Some(id("ana")),
            audience: vec![id("ana")],
        },
        written: Some(Written {
            content: Some(Content::Message { text: Some(text(WHISPER)), files: Vec::new() }),
            edited_at: None,
            deleted_at: None,
        }),
    }
}

#[test]
fn rm9_even_with_a_place_in_the_visitors_count_a_whisper_shows_nothing() {
    for visibility in [Visibility::Note, Visibility::Whisper] {
        assert_eq!(frame_for(&View::Visitor, &whisper(None, visibility)), None);
        let shown = frame_for(&View::Visitor, &whisper(Some(Place(2)), visibility));
        let Some(Frame::Visitor(frame)) = shown else { panic!("{shown:?}") };
        assert!(!serde_json::to_string(&frame).unwrap().contains("canary"));
    }
}

#[test]
fn rm9_who_reads_a_whisper() {
    let readers = [("ana", false, true), ("ben", false, false), ("sue", true, true)];
    for (agent, whispers, reads) in readers {
        let view = View::Agent(AgentView { agent: id(agent), whispers, masked: false });
        let Some(Frame::Agent(frame)) = frame_for(&view, &whisper(None, Visibility::Whisper))
        else {
            panic!("everybody is shown the place")
        };
        let bytes = serde_json::to_string(&frame).unwrap();
        assert_eq!(bytes.contains(WHISPER), reads, "{agent}");
    }
}

/// The transcript that a side is shown: what a browser would keep of the frames it heard.
pub(crate) fn played(steps: usize, seed: u64) -> Stage {
    let mut state = seed;
    let mut next = |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let deeds = [
        Deed::Comes,
        Deed::Takes,
        Deed::Writes(Visibility::Public),
        Deed::Writes(Visibility::Note),
        Deed::Writes(Visibility::Whisper),
        Deed::EditsLast,
        Deed::DeletesLast,
        Deed::InvitesBen,
        Deed::PassesOn,
        Deed::Supervises,
        Deed::Leaves,
        Deed::Ends,
        Deed::Reopens,
    ];
    let steps: Vec<Step> = (0..steps)
        .map(|_| {
            let deed = deeds[usize::try_from(next(deeds.len() as u64)).unwrap()];
            match next(10) {
                0..=2 => Step::VisitorWrites,
                3 => Step::VisitorEnds,
                4..=6 => Step::Ana(deed),
                7 | 8 => Step::Ben(deed),
                _ => Step::Sue(deed),
            }
        })
        .collect();
    play(&steps)
}
