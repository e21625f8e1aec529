//! The page as the helper wants to hear of it.

use super::messages::{PageDescription, PageFile};
use crate::assets::PageSource;
use crate::config::{Config, SCHEME};

/// How page scripts reach the webview's handler of messages.
const POST: &str = "(handler => text => handler.postMessage(text))(window.webkit.messageHandlers.plugin)";

/// All that the helper needs to know of the page.
pub fn describe(config: &Config) -> PageDescription {
    let files = match &config.source {
        PageSource::Assets(assets) => assets
            .iter()
            .map(|(path, asset)| PageFile {
                path: path.to_owned(),
                mime: asset.mime.clone().into_owned(),
                bytes: asset.bytes.to_vec(),
            })
            .collect(),
        PageSource::Url(_) => Vec::new(),
    };
    PageDescription {
        start_url: config.start_url(),
        scheme: SCHEME.to_owned(),
        files,
        content_security_policy: config.content_security_policy.clone(),
        scripts: config.all_scripts(POST, Some(include_str!("texts.js"))),
        background: config.background,
        devtools: config.developer_tools,
    }
}
