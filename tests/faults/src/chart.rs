//! A run as a picture: acknowledged messages over time, and when something was taken away.
//! Drawn in colours that can be read on white and on black.

use std::fmt::Write as _;

use crate::outcome::Outcome;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 220.0;
/// Left of the axis and below it.
const LEFT: f64 = 48.0;
const BELOW: f64 = 26.0;
const ABOVE: f64 = 30.0;
const COLUMNS: u16 = 180;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#57606a}.axis{stroke:#8b949e}\
.fault{fill:#d1242f;fill-opacity:.55}.rate{fill:none;stroke:#1a7f37;stroke-width:1.5}\
@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.rate{stroke:#3fb950}.fault{fill:#ff7b72}}";

/// The picture of a run.
pub(crate) fn draw(outcome: &Outcome) -> String {
    let times = || outcome.delivered_at.iter().chain(outcome.faults_at.iter().map(|it| &it.1));
    let end = millis(times().max().copied().unwrap_or(1).max(1));
    let x = |at: f64| LEFT + (WIDTH - LEFT) * at / end;
    let rates = rates(outcome, end);
    let most = rates.iter().copied().fold(1.0, f64::max);
    let y = |rate: f64| ABOVE + (HEIGHT - ABOVE - BELOW) * (1.0 - rate / most);

    let name = &outcome.name;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{name}: messages acknowledged per second over time\"><style>{STYLE}</style>"
    );
    let floor = HEIGHT - BELOW;
    for (from, to) in &outcome.faults_at {
        let (from, to) = (x(millis(*from)), x(millis(*to)));
        let width = (to - from).max(0.6);
        put(
            &mut svg,
            format!(
                "<rect class=\"fault\" x=\"{from:.1}\" y=\"{:.0}\" width=\"{width:.1}\" height=\"6\"/>",
                floor + 2.0
            ),
        );
    }
    let mut line = String::new();
    for (index, rate) in (0_u16..).zip(&rates) {
        let at = end * (f64::from(index) + 0.5) / f64::from(COLUMNS);
        put(&mut line, format!("{:.1},{:.1} ", x(at), y(*rate)));
    }
    put(&mut svg, format!("<polyline class=\"rate\" points=\"{}\"/>", line.trim_end()));
    put(
        &mut svg,
        format!("<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {ABOVE}V{floor}H{WIDTH}\"/>"),
    );
    let n_typed = outcome.figures.get("typed").copied().unwrap_or_default();
    let lost = outcome.figures.get("lost").copied().unwrap_or_default();
    let title =
        format!("{name}: {n_typed} messages, {} faults, {lost} lost", outcome.faults_at.len());
    text(&mut svg, LEFT, 16.0, "start", &title);
    text(&mut svg, LEFT - 6.0, ABOVE + 8.0, "end", &format!("{most:.0}/s"));
    text(&mut svg, LEFT - 6.0, floor, "end", "0");
    text(&mut svg, LEFT, HEIGHT - 4.0, "start", "0 s");
    text(&mut svg, WIDTH, HEIGHT - 4.0, "end", &format!("{:.0} s", end / 1_000.0));
    svg + "</svg>\n"
}

/// Messages per second, in columns of equal width.
fn rates(outcome: &Outcome, end: f64) -> Vec<f64> {
    let width = end / f64::from(COLUMNS);
    let column = |index: u16| {
        let from = width * f64::from(index);
        let within = |at: &&u64| (from..from + width).contains(&millis(**at));
        let n = outcome.delivered_at.iter().filter(within).count();
        f64::from(u32::try_from(n).unwrap_or(u32::MAX)) / (width / 1_000.0)
    };
    (0..COLUMNS).map(column).collect()
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    put(svg, format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>"));
}

fn put(svg: &mut String, part: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = writeln!(svg, "{part}");
}

fn millis(at: u64) -> f64 {
    f64::from(u32::try_from(at).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::outcome::Outcome;

    #[test]
    fn every_fault_is_marked() {
        let mut outcome = Outcome::new("drops");
        outcome.delivered_at = vec![100, 900, 1_000];
        outcome.faults_at = vec![(200, 400), (600, 650)];
        let svg = draw(&outcome);
        assert_eq!(svg.matches("class=\"fault\"").count(), 2);
        assert!(svg.contains("1 s</text>"));
    }
}
