//! A bounce at a factor of its own: as late as what was heard, and as clean as the factor is.

use super::analysis::noise;
use super::{RATE_HZ, process};
use crate::dsp::{Chain, ChainSettings, Character, OfflineOversampling, Oversampling};

const OFFLINE: [OfflineOversampling; 4] =
    [OfflineOversampling::AsLive, OfflineOversampling::X2, OfflineOversampling::X4, OfflineOversampling::X8];

#[test]
fn a_bounce_is_as_late_as_what_was_heard() {
    for oversampling in Oversampling::ALL {
        for offline_oversampling in OFFLINE {
            let live = ChainSettings { oversampling, offline_oversampling, ..Default::default() };
            let factors = [Some(oversampling), offline_oversampling.factor()];
            let latest = factors.into_iter().flatten().map(Oversampling::latency_frames).max().unwrap();
            assert_eq!(live.latency_frames() as usize, latest, "{live:?}");
            assert_eq!(live.rendered_offline().latency_frames() as usize, latest, "{live:?}");
        }
    }
}

#[test]
fn each_factor_sounds_as_it_does_alone_only_later() {
    let input = noise(0.5, 6_000);
    for character in Character::ALL {
        for oversampling in Oversampling::ALL {
            for offline_oversampling in OFFLINE {
                let settings = ChainSettings { drive_db: 15.0, character, ..Default::default() };
                let live = ChainSettings { oversampling, offline_oversampling, ..settings };
                let offline = live.rendered_offline();
                let offline_factor = offline_oversampling.factor().unwrap_or(oversampling);
                for (both, factor) in [(live, oversampling), (offline, offline_factor)] {
                    let alone = ChainSettings { oversampling: factor, ..settings };
                    let later = (both.latency_frames() - alone.latency_frames()) as usize;
                    let (output, expected) = (process(both, &input), process(alone, &input));
                    assert_eq!(output[later..], expected[..6_000 - later], "{both:?}");
                }
            }
        }
    }
}

#[test]
fn nothing_is_missed_while_the_latency_grows_during_play() {
    let input = vec![0.5; 48_000];
    let settings = ChainSettings { drive_db: 6.0, oversampling: Oversampling::Off, ..Default::default() };
    let mut chain = Chain::new(RATE_HZ, settings);
    let mut output = input.clone();
    let (before, after) = output.split_at_mut(20_000);
    chain.process(&mut [before]);
    chain.set(ChainSettings { offline_oversampling: OfflineOversampling::X8, ..settings });
    chain.process(&mut [after]);
    let steady = output[10_000];
    assert!(steady > 0.1);
    assert!(output[10_000..].iter().all(|sample| (sample - steady).abs() < 1e-3));
}
