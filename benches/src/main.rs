//! Makes one measurement: `wavecraft-benches MEASUREMENT [ARGUMENT...]`.

use anyhow::{Result, bail};
use wavecraft_benches::measurements::{
    accuracy, chain, loading, meters, page, plugin, processors, protocol, repeat, websocket,
};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let records = match arguments[..] {
        ["chain"] => chain::measure(),
        ["processors"] => processors::measure(),
        ["plugin"] => plugin::measure()?,
        ["meters"] => meters::measure(),
        ["protocol"] => protocol::measure()?,
        ["websocket"] => websocket::measure()?,
        ["loading", library] => loading::measure(library.as_ref())?,
        ["page", folder] => page::measure(folder.as_ref())?,
        ["accuracy"] => accuracy::measure(),
        ["repeat", case, turns] => {
            repeat::run(case, turns.parse()?)?;
            Vec::new()
        }
        _ => bail!(
            "name one measurement: chain, processors, plugin, meters, protocol, websocket, loading LIBRARY, page FOLDER, \
             accuracy, or repeat CASE TURNS"
        ),
    };
    records.iter().try_for_each(wavecraft_benches::record::Record::print)
}
