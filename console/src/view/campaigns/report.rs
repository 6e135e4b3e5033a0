//! What became of a campaign: what it changes, the variants, and day by day.

use std::collections::BTreeMap;

use inbox_protocol::http::CampaignReport;
use inbox_text::{Phrase, console};
use inbox_types::{CampaignId, Counts, VariantKey};
use leptos::prelude::*;

use super::{
    super::{
        Value,
        icon::{Icon, Shape},
        say, use_console, write,
    },
    list::standing_of,
    parts::{Back, Problem, Waiting},
};
use crate::model::{
    Route,
    campaigns::report::{
        Effect, Line, Measure, Verdict, ceiling, effects, hundredths, lines, sample, sums,
    },
};

#[component]
pub(super) fn ReportPage(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let name = {
        let id = id.clone();
        console.slice(move |it| {
            it.campaigns.find(&id).map(|it| it.plan.name.as_str().to_owned()).unwrap_or_default()
        })
    };
    let report = {
        let id = id.clone();
        console.slice(move |it| it.campaigns.reports.get(&id).cloned())
    };
    let has_goal = {
        let id = id.clone();
        console.slice(move |it| it.campaigns.find(&id).is_some_and(|it| it.plan.goal.is_some()))
    };
    let standing = standing_of(id.clone());
    let csv = format!("/v1/campaigns/{id}/report.csv");
    view! {
        <header class="marketing-head">
            <Back />
            {move || standing.get().map(|it| view! { <span class=it.class()>{say(&it.phrase())}</span> })}
            <span class="grow"></span>
            <a class="button small" href=csv download="">
                <Icon shape=Shape::File />{say(&console::REPORT_CSV)}
            </a>
            <a class="button small" href=Route::Campaign(id).fragment()>
                <Icon shape=Shape::Pencil />{say(&console::REPORT_EDIT)}
            </a>
        </header>
        <h1>{move || say(&console::report_of(&name.get()))}</h1>
        {move || match report.get() {
            None => view! { <Waiting /> }.into_any(),
            Some(report) if report.days.is_empty() => view! { <Nothing /> }.into_any(),
            Some(report) => view! {
                <Problem />
                <Effects report=report.clone() has_goal=has_goal.get() />
                <Variants report=report.clone() />
                <Days report />
            }
            .into_any(),
        }}
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="campaigns-empty">
            <Icon shape=Shape::Chart />
            <h2>{say(&console::REPORT_NONE)}</h2>
            <p class="muted">{say(&console::REPORT_NONE_HINT)}</p>
        </section>
    }
}

/// What a variant is called; the control group has a name of its own.
fn name(variant: VariantKey) -> String {
    if variant == VariantKey::CONTROL {
        say(&console::EDITOR_CONTROL)
    } else {
        say(&console::variant(&variant.letter().to_uppercase().to_string()))
    }
}

fn measure_name(measure: Measure) -> Phrase {
    match measure {
        Measure::Eligible => console::MEASURE_ELIGIBLE,
        Measure::Shown => console::MEASURE_SHOWN,
        Measure::Clicked => console::MEASURE_CLICKED,
        Measure::Dismissed => console::MEASURE_DISMISSED,
        Measure::Conversations => console::MEASURE_CONVERSATIONS,
        Measure::Goals => console::MEASURE_GOALS,
        Measure::Value => console::MEASURE_VALUE,
    }
}

fn figure(measure: Measure, value: u64) -> String {
    match measure {
        Measure::Value => write(Value::Amount(value)),
        Measure::Eligible
        | Measure::Shown
        | Measure::Clicked
        | Measure::Dismissed
        | Measure::Conversations
        | Measure::Goals => write(Value::Number(value)),
    }
}

/// Each variant beside the control group, by what matters.
#[component]
fn Effects(report: CampaignReport, has_goal: bool) -> impl IntoView {
    let sums = sums(&report);
    let conversations = effects(&sums, Measure::Conversations);
    let goals = if has_goal { effects(&sums, Measure::Goals) } else { Vec::new() };
    let hint = sample(&conversations).map(|(needed, n)| {
        say(&console::sample_hint(&write(Value::Number(n)), &write(Value::Number(needed))))
    });
    let compared = !conversations.is_empty();
    view! {
        <section class="group">
            <h2>{say(&console::REPORT_EFFECT)}</h2>
            {if compared {
                view! {
                    <p class="muted">{say(&console::REPORT_EFFECT_HINT)}</p>
                    <Measured measure=Measure::Conversations effects=conversations />
                    {(!goals.is_empty()).then(|| view! { <Measured measure=Measure::Goals effects=goals /> })}
                    {hint.map(|it| view! { <p class="muted">{it}</p> })}
                }
                .into_any()
            } else {
                view! { <p class="muted">{say(&console::REPORT_NO_CONTROL)}</p> }.into_any()
            }}
        </section>
    }
}

/// The intervals of one measure, all on one scale.
#[component]
fn Measured(measure: Measure, effects: Vec<Effect>) -> impl IntoView {
    let widest = effects
        .iter()
        .filter_map(|it| it.difference)
        .map(|it| it.low.abs().max(it.high.abs()))
        .fold(0.002, f64::max);
    let line = move |effect: Effect| view! { <EffectLine effect scale=widest * 1.1 /> };
    view! {
        <h3>{say(&measure_name(measure))}</h3>
        <ul class="effects">{effects.into_iter().map(line).collect_view()}</ul>
    }
}

fn rate(of: u64, n: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
    let share = if of == 0 { 0.0 } else { n as f64 / of as f64 };
    write(Value::Share(hundredths(share)))
}

fn points(hundredths: i64) -> String {
    say(&console::points(&write(Value::Points(hundredths))))
}

fn verdict(verdict: Verdict) -> Phrase {
    let points = |it: i64| write(Value::Points(it));
    match verdict {
        Verdict::TooSoon => console::VERDICT_SOON,
        Verdict::Unsure => console::VERDICT_UNSURE,
        Verdict::Better(low, high) => console::verdict_better(&points(high), &points(low)),
        Verdict::Worse(low, high) => console::verdict_worse(&points(high), &points(low)),
    }
}

/// One interval, with its sentence.
#[component]
fn EffectLine(
    effect: Effect,
    /// What half of the chart's width stands for.
    scale: f64,
) -> impl IntoView {
    let said = effect.verdict();
    let look = match said {
        Verdict::Better(..) => "better",
        Verdict::Worse(..) => "worse",
        Verdict::TooSoon | Verdict::Unsure => "unsure",
    };
    let rates = say(&console::report_rates(
        &rate(effect.control.of, effect.control.n),
        &rate(effect.share.of, effect.share.n),
    ));
    let bar = effect.difference.map(|it| {
        let at = |share: f64| 50.0 + 50.0 * share / scale;
        let label = say(&console::chart_interval(
            &points(hundredths(it.estimate)),
            &points(hundredths(it.high)),
            &points(hundredths(it.low)),
            &name(effect.variant),
        ));
        let width = (at(it.high) - at(it.low)).max(0.5);
        view! {
            <svg class="interval" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label=label>
                <line class="interval-zero" x1="50" x2="50" y1="0" y2="12"></line>
                <rect class="interval-bar" x=at(it.low).to_string() y="4" width=width.to_string() height="4"></rect>
                <line class="interval-estimate" x1=at(it.estimate).to_string() x2=at(it.estimate).to_string() y1="2" y2="10"></line>
            </svg>
        }
    });
    view! {
        <li class="effect" data-verdict=look>
            <div>
                <strong>{name(effect.variant)}</strong>
                <span class="muted">" "{rates}</span>
            </div>
            {bar}
            <p class="verdict">{say(&verdict(said))}</p>
        </li>
    }
}

/// The sums of each variant.
#[component]
fn Variants(report: CampaignReport) -> impl IntoView {
    let sums: BTreeMap<VariantKey, Counts> = sums(&report);
    let cell = |measure: Measure, counts: &Counts| {
        let share = match measure {
            Measure::Eligible | Measure::Value => None,
            Measure::Shown
            | Measure::Clicked
            | Measure::Dismissed
            | Measure::Conversations
            | Measure::Goals => Some(rate(counts.eligible, measure.read(counts))),
        };
        view! {
            <td>
                {figure(measure, measure.read(counts))}
                {share.map(|it| view! { <small class="muted">{it}</small> })}
            </td>
        }
    };
    let row = move |(variant, counts): (VariantKey, Counts)| {
        view! {
            <tr>
                <th scope="row">{name(variant)}</th>
                {Measure::ALL.map(|it| cell(it, &counts)).into_iter().collect_view()}
            </tr>
        }
    };
    view! {
        <section class="group">
            <h2>{say(&console::REPORT_VARIANTS)}</h2>
            <div class="table-place" tabindex="0" role="region" aria-label=say(&console::REPORT_VARIANTS)>
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{say(&console::REPORT_VARIANT)}</th>
                            {heads()}
                        </tr>
                    </thead>
                    <tbody>{sums.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn heads() -> impl IntoView {
    let head = |it: Measure| view! { <th scope="col">{say(&measure_name(it))}</th> };
    Measure::ALL.map(head).into_iter().collect_view()
}

/// A line for each variant, and the numbers themselves below.
#[component]
fn Days(report: CampaignReport) -> impl IntoView {
    let measure = RwSignal::new(Measure::default());
    let option = move |it: Measure| {
        view! {
            <option value=it.value() selected=it == measure.get_untracked()>
                {say(&measure_name(it))}
            </option>
        }
    };
    let choose = move |event| measure.set(Measure::of(&event_target_value(&event)));
    let drawn = report.clone();
    let row = |it: inbox_protocol::http::DayCounts| {
        let cell = |measure: Measure| {
            view! { <td>{figure(measure, measure.read(&it.counts))}</td> }
        };
        view! {
            <tr>
                <th scope="row">{write(Value::Day(it.day.as_str()))}</th>
                <td>{name(it.variant)}</td>
                {Measure::ALL.map(cell).into_iter().collect_view()}
            </tr>
        }
    };
    view! {
        <section class="group">
            <div class="group-head">
                <h2 class="grow">{say(&console::REPORT_DAYS)}</h2>
                <select class="input site-select" aria-label=say(&console::REPORT_MEASURE) on:change=choose>
                    {Measure::ALL.map(option).into_iter().collect_view()}
                </select>
            </div>
            {move || view! { <Chart report=drawn.clone() measure=measure.get() /> }}
            <details>
                <summary>{say(&console::REPORT_ALL_DAYS)}</summary>
                <div class="table-place" tabindex="0" role="region" aria-label=say(&console::REPORT_ALL_DAYS)>
                    <table class="figures">
                        <thead>
                            <tr>
                                <th scope="col">{say(&console::REPORT_DAY)}</th>
                                <th scope="col">{say(&console::REPORT_VARIANT)}</th>
                                {heads()}
                            </tr>
                        </thead>
                        <tbody>{report.days.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 200.0;

/// The lines. What is written beside them is no part of the picture, so that it keeps its size.
#[component]
fn Chart(report: CampaignReport, measure: Measure) -> impl IntoView {
    let (days, lines) = lines(&report, measure);
    let most = lines.iter().flat_map(|it| it.values.iter().copied()).max().unwrap_or_default();
    let top = ceiling(most);
    let said = lines.iter().map(|it| sentence(it, measure)).collect::<Vec<_>>().join(" ");
    let label = format!("{}. {said}", say(&measure_name(measure)));
    let path = |line: &Line| {
        view! { <polyline class=format!("line line-{}", line.variant.letter()) points=places(&line.values, top)></polyline> }
    };
    let legend = |line: &Line| {
        view! {
            <li>
                <svg class="legend" viewBox="0 0 28 8" aria-hidden="true">
                    <line class=format!("line line-{}", line.variant.letter()) x1="0" x2="28" y1="4" y2="4"></line>
                </svg>
                {name(line.variant)}
            </li>
        }
    };
    let day = |index: usize| days.get(index).map(|it| write(Value::Day(it)));
    let middle = (2 < days.len()).then(|| day(days.len() / 2)).flatten();
    let last = (1 < days.len()).then(|| day(days.len() - 1)).flatten();
    view! {
        <figure class="chart">
            <div class="chart-scale" aria-hidden="true">
                <span>{figure(measure, top)}</span>
                <span>{(1 < top).then(|| figure(measure, top / 2))}</span>
                <span>"0"</span>
            </div>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label>
                {[0.0, 0.5, 1.0].map(|it| {
                    let y = (HEIGHT * it).to_string();
                    view! { <line class="grid" x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y></line> }
                }).into_iter().collect_view()}
                {lines.iter().map(path).collect_view()}
            </svg>
            <div class="chart-days" aria-hidden="true">
                <span>{day(0)}</span><span>{middle}</span><span>{last}</span>
            </div>
            <ul class="chart-legend">{lines.iter().map(legend).collect_view()}</ul>
        </figure>
    }
}

fn sentence(line: &Line, measure: Measure) -> String {
    let sum = line.values.iter().sum();
    let most = line.values.iter().copied().max().unwrap_or_default();
    say(&console::chart_days(
        &say(&measure_name(measure)),
        &figure(measure, most),
        &figure(measure, sum),
        &name(line.variant),
    ))
}

/// Where the line goes. One day alone is a line across.
#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn places(values: &[u64], top: u64) -> String {
    let y = |value: u64| HEIGHT - HEIGHT * value as f64 / top as f64;
    if let [only] = values {
        return format!("0,{0:.1} {WIDTH},{0:.1}", y(*only));
    }
    let step = WIDTH / (values.len().max(2) - 1) as f64;
    let place =
        |(index, value): (usize, &u64)| format!("{:.1},{:.1}", index as f64 * step, y(*value));
    values.iter().enumerate().map(place).collect::<Vec<_>>().join(" ")
}
