//! Two short sounds, made from nothing: a chime for an offer and a tick for a message.

use web_sys::{AudioContext, OscillatorType};

use crate::model::Sound;

thread_local! {
    /// Browsers allow only a few of these, so there is one. It stays silent until the first
    /// press on the page, which is the browser's rule.
    static AUDIO: Option<AudioContext> = AudioContext::new().ok();
}

/// Plays a sound, where the browser allows it.
pub(crate) fn play(sound: Sound) {
    let notes: &[(f32, f64)] = match sound {
        Sound::Offer => {
            &[(659.3, 0.0), (880.0, 0.14), (1_108.7, 0.28), (880.0, 0.6), (1_108.7, 0.74)]
        }
        Sound::Message => &[(784.0, 0.0), (1_046.5, 0.09)],
    };
    AUDIO.with(|audio| {
        if let Some(audio) = audio {
            let _ = audio.resume();
            for (pitch, delay) in notes {
                // A browser without sound is no reason to stop.
                let _ = note(audio, *pitch, *delay);
            }
        }
    });
}

fn note(audio: &AudioContext, pitch: f32, delay: f64) -> Result<(), wasm_bindgen::JsValue> {
    let start = audio.current_time() + delay;
    let oscillator = audio.create_oscillator()?;
    let gain = audio.create_gain()?;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(pitch);
    gain.gain().set_value_at_time(0.000_1, start)?;
    gain.gain().exponential_ramp_to_value_at_time(0.16, start + 0.015)?;
    gain.gain().exponential_ramp_to_value_at_time(0.000_1, start + 0.28)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&audio.destination())?;
    oscillator.start_with_when(start)?;
    oscillator.stop_with_when(start + 0.3)
}
