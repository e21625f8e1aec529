//! Messages and their bytes, whatever arrives.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io;

use proptest::prelude::*;

use super::messages::{FromHelper, Geometry, HostKey, PageDescription, PageFile, ToHelper, UnusedKey};
use super::wire::{FrameBuffer, Message, ViewNumber, WireError, encode, read};
use crate::limits::MAX_TEXT_BYTES;

const VIEW: ViewNumber = ViewNumber(7);
/// So much may be taken at once for content that is yet to be looked at, as serde does.
const MAX_GUESS_BYTES: usize = 1024 * 1024;

thread_local! {
    static LARGEST_ALLOCATION: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which remembers the largest piece that each thread has asked for.
struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

#[allow(unsafe_code)]
// SAFETY: all work is the system allocator's. A thread that ends has no more memory of its own to remember in.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = LARGEST_ALLOCATION.try_with(|largest| largest.set(largest.get().max(layout.size())));
        // SAFETY: the caller keeps to the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps to the same contract, and `memory` came from there.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Does something, and says the largest piece of memory that it has asked for.
fn largest_allocation(action: impl FnOnce()) -> usize {
    LARGEST_ALLOCATION.set(0);
    action();
    LARGEST_ALLOCATION.get()
}

fn any_geometry() -> impl Strategy<Value = Geometry> {
    (any::<u32>(), any::<u32>(), any::<f64>()).prop_map(|(width_px, height_px, scale)| Geometry {
        width_px,
        height_px,
        scale,
    })
}

fn any_page() -> impl Strategy<Value = PageDescription> {
    let file = (any::<String>(), any::<String>(), any::<Vec<u8>>())
        .prop_map(|(path, mime, bytes)| PageFile { path, mime, bytes });
    let texts = (any::<String>(), any::<String>(), any::<String>(), any::<Vec<String>>());
    (texts, prop::collection::vec(file, 0..4), any::<[u8; 3]>(), any::<bool>()).prop_map(
        |((start_url, scheme, content_security_policy, scripts), files, background, devtools)| {
            PageDescription {
                start_url,
                scheme,
                files,
                content_security_policy,
                scripts,
                background,
                devtools,
            }
        },
    )
}

fn any_to_helper() -> impl Strategy<Value = ToHelper> {
    prop_oneof![
        any_page().prop_map(ToHelper::Load),
        any_geometry().prop_map(ToHelper::Show),
        Just(ToHelper::Hide),
        any_geometry().prop_map(ToHelper::Resize),
        any::<String>().prop_map(ToHelper::Text),
        any::<(u32, bool, u32)>().prop_map(|(keysym, is_down, modifiers)| {
            ToHelper::HostKey(HostKey { keysym, is_down, modifiers })
        }),
        Just(ToHelper::ReleaseFocus),
        Just(ToHelper::Close),
    ]
}

fn any_from_helper() -> impl Strategy<Value = FromHelper> {
    prop_oneof![
        any::<u32>().prop_map(|id| FromHelper::Window { id }),
        Just(FromHelper::DocumentStarted),
        any::<String>().prop_map(FromHelper::Text),
        any::<bool>().prop_map(FromHelper::TextFocus),
        any::<(u8, u16, u32, bool)>().prop_map(|(code, state, time_ms, is_down)| {
            FromHelper::UnusedKey(UnusedKey { code, state, time_ms, is_down })
        }),
        any::<String>().prop_map(FromHelper::Warning),
        Just(FromHelper::NotResponding),
    ]
}

/// All messages in a stream that arrives in pieces of this length.
fn all_in_pieces<M: Message>(stream: &[u8], length: usize) -> Result<Vec<(ViewNumber, M)>, WireError> {
    let mut buffer = FrameBuffer::default();
    let mut messages = Vec::new();
    for piece in stream.chunks(length) {
        buffer.push(piece);
        while let Some(message) = buffer.next()? {
            messages.push(message);
        }
    }
    Ok(messages)
}

/// All messages in a stream that is read by waiting.
fn all_by_waiting<M: Message>(mut stream: &[u8]) -> Result<Vec<(ViewNumber, M)>, WireError> {
    let mut messages = Vec::new();
    while let Some(message) = read(&mut stream)? {
        messages.push(message);
    }
    Ok(messages)
}

fn arrives_as_sent<M: Message + Clone + PartialEq + std::fmt::Debug>(
    messages: &[(u32, M)],
    piece_length: usize,
) -> Result<(), TestCaseError> {
    let sent: Vec<_> = messages.iter().map(|(view, message)| (ViewNumber(*view), message.clone())).collect();
    let stream: Vec<u8> = sent.iter().flat_map(|(view, message)| encode(*view, message).unwrap()).collect();

    prop_assert_eq!(&all_by_waiting::<M>(&stream).unwrap(), &sent);
    prop_assert_eq!(&all_in_pieces::<M>(&stream, piece_length).unwrap(), &sent);
    Ok(())
}

/// Every cut of a message, and the message with a byte more, is refused.
fn is_refused_unless_whole<M: Message + std::fmt::Debug>(message: &M) -> Result<(), TestCaseError> {
    let whole = encode(VIEW, message).unwrap();
    let body = &whole[4..];
    let longer = [body, &[0]].concat();
    for content in (0..body.len()).map(|length| &body[..length]).chain([longer.as_slice()]) {
        let frame = [&(content.len() as u32).to_le_bytes(), content].concat();
        prop_assert!(all_by_waiting::<M>(&frame).is_err(), "{:?} as {} bytes", message, content.len());
        prop_assert!(all_in_pieces::<M>(&frame, frame.len()).is_err());
    }
    for length in 1..whole.len() {
        prop_assert!(matches!(all_by_waiting::<M>(&whole[..length]), Err(WireError::Incomplete)));
    }
    Ok(())
}

/// Reads bytes in both ways; they may be anything.
fn read_anything<M: Message>(stream: &[u8], piece_length: usize) -> Result<(), TestCaseError> {
    let largest = largest_allocation(|| {
        let _ = all_by_waiting::<M>(stream);
        let _ = all_in_pieces::<M>(stream, piece_length);
    });
    prop_assert!(largest <= MAX_GUESS_BYTES, "{} bytes at once for {}", largest, stream.len());
    Ok(())
}

proptest! {
    #[test]
    fn every_message_to_the_helper_arrives_as_it_was_sent(
        messages in prop::collection::vec((any::<u32>(), any_to_helper()), 0..5),
        piece_length in 1..40_usize,
    ) {
        arrives_as_sent(&messages, piece_length)?;
    }

    #[test]
    fn every_message_from_the_helper_arrives_as_it_was_sent(
        messages in prop::collection::vec((any::<u32>(), any_from_helper()), 0..5),
        piece_length in 1..40_usize,
    ) {
        arrives_as_sent(&messages, piece_length)?;
    }

    #[test]
    fn a_message_that_is_cut_or_too_long_is_refused(to in any_to_helper(), from in any_from_helper()) {
        is_refused_unless_whole(&to)?;
        is_refused_unless_whole(&from)?;
    }

    #[test]
    fn any_bytes_are_read_without_panic_or_large_allocation(
        stream in prop::collection::vec(any::<u8>(), 0..4096),
        piece_length in 1..4096_usize,
    ) {
        read_anything::<ToHelper>(&stream, piece_length)?;
        read_anything::<FromHelper>(&stream, piece_length)?;
    }

    #[test]
    fn any_content_in_a_frame_is_read_without_panic_or_large_allocation(
        content in prop::collection::vec(any::<u8>(), 0..4096),
        kind in 0..9_u8,
    ) {
        // The number of the view, a kind of message, and then anything.
        let length = (content.len() as u32 + 2).to_le_bytes();
        let frame = [&length[..], &[0, kind], &content].concat();
        read_anything::<ToHelper>(&frame, frame.len())?;
        read_anything::<FromHelper>(&frame, frame.len())?;
    }

    #[test]
    fn damaged_messages_are_read_without_panic_or_large_allocation(
        message in any_to_helper(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut frame = encode(VIEW, &message).unwrap();
        for (place, byte) in damage {
            let place = place.index(frame.len());
            frame[place] = byte;
        }
        read_anything::<ToHelper>(&frame, frame.len())?;
        read_anything::<FromHelper>(&frame, frame.len())?;
    }
}

#[test]
fn an_absurd_length_is_refused_before_memory_is_taken_for_it() {
    let absurd = [255; 64];

    let largest = largest_allocation(|| {
        assert!(matches!(all_by_waiting::<FromHelper>(&absurd), Err(WireError::TooLong { .. })));
        assert!(matches!(all_in_pieces::<ToHelper>(&absurd, 64), Err(WireError::TooLong { .. })));
    });

    assert!(largest < 1024, "{largest} bytes");
}

#[test]
fn an_allowed_length_takes_memory_only_for_what_arrives() {
    let mut frame = (FromHelper::MAX_BYTES as u32).to_le_bytes().to_vec();
    frame.extend([0; 100]);

    let largest = largest_allocation(|| {
        assert!(matches!(all_by_waiting::<FromHelper>(&frame), Err(WireError::Incomplete)));
    });

    assert!(largest < 1024, "{largest} bytes");
}

#[test]
fn the_longest_text_passes_and_a_longer_one_does_not() {
    let longest = "x".repeat(MAX_TEXT_BYTES);
    let frame = encode(ViewNumber(u32::MAX), &FromHelper::Text(longest.clone())).unwrap();
    assert_eq!(
        all_by_waiting::<FromHelper>(&frame).unwrap(),
        [(ViewNumber(u32::MAX), FromHelper::Text(longest.clone()))]
    );

    let longer = FromHelper::Text("x".repeat(FromHelper::MAX_BYTES));
    assert!(matches!(encode(VIEW, &longer), Err(WireError::TooLong { .. })));
    assert!(encode(VIEW, &ToHelper::Text(longest)).is_ok());
}

#[test]
fn a_connection_that_fails_is_no_end() {
    struct Failing;
    impl io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }

    assert!(matches!(read::<ToHelper>(&mut Failing), Err(WireError::Connection(_))));
    assert!(read::<ToHelper>(&mut io::empty()).unwrap().is_none());
}
