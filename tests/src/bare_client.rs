//! The least that a JACK client can do: what it hears it plays in the same block. What takes longer takes longer than this.

use jack::{AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Port, ProcessScope};

use crate::sound_servers::Jack;

/// A client that passes two channels through until it is dropped.
pub struct BareClient {
    _client: AsyncClient<(), PassThrough>,
}

struct PassThrough {
    inputs: [Port<AudioIn>; 2],
    outputs: [Port<AudioOut>; 2],
}

impl BareClient {
    /// Where sound goes into it, left and right.
    pub const INPUTS: [&'static str; 2] = ["bare:in_0", "bare:in_1"];

    /// Where it comes out.
    pub const OUTPUTS: [&'static str; 2] = ["bare:out_0", "bare:out_1"];

    /// Joins a server.
    pub fn start(_jack: &Jack) -> Self {
        let (client, _) = Client::new("bare", ClientOptions::NO_START_SERVER).expect("JACK runs");
        let input = |name: &str| client.register_port(name, AudioIn::default()).expect("JACK has room");
        let output = |name: &str| client.register_port(name, AudioOut::default()).expect("JACK has room");
        let pass_through = PassThrough {
            inputs: [input("in_0"), input("in_1")],
            outputs: [output("out_0"), output("out_1")],
        };
        Self { _client: client.activate_async((), pass_through).expect("JACK calls it") }
    }
}

impl jack::ProcessHandler for PassThrough {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        for (input, output) in self.inputs.iter().zip(&mut self.outputs) {
            output.as_mut_slice(scope).copy_from_slice(input.as_slice(scope));
        }
        Control::Continue
    }
}
