//! A `setParameter` there and its answer back over loopback, with the real development server and with a bare
//! tokio-tungstenite echo of the same message: within 1.3 times the echo.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use wavecraft_dev_server::{
    AccessRules, AudioStatusChannel, DevServerHost, Feeds, Limits, MeterTap, WsServer, WsServerOptions,
};
use wavecraft_ipc::{AudioPhase, HostKind, PluginInfo};
use wavecraft_metering::analysis::SignalAnalyser;

use crate::parameters;
use crate::row::Row;
use crate::timing::compare;

const SET: &str =
    r#"{"jsonrpc":"2.0","id":1234,"method":"setParameter","params":{"id":"output_gain","value":0.70710677}}"#;

/// Round trips in a turn.
const ROUND_TRIPS: usize = 20;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const LARGEST_RATIO: f64 = 1.3;

/// The time of one round trip.
pub fn measure() -> Result<Vec<Row>> {
    // The servers have threads of their own, as they have in life; the page is this thread.
    let servers = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let page = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server_address = servers.block_on(start_server(async { drop(stopped.await) }))?;
    let echo_address = servers.block_on(start_echo())?;
    let mut server = page.block_on(connect(server_address))?;
    let mut echo = page.block_on(connect(echo_address))?;

    let answer = page.block_on(round_trip(&mut server))?;
    if !answer.contains("\"result\":{}") {
        bail!("the server answered {answer}");
    }
    let [server_time, echo_time] = compare(
        Duration::from_secs(4),
        [&mut || round_trips(&page, &mut server), &mut || round_trips(&page, &mut echo)],
    );
    // The server may be gone already, with whatever else has ended.
    stop.send(()).ok();
    servers.shutdown_timeout(Duration::from_secs(2));
    let row = Row::timed("WebSocket round trip on loopback", server_time.per(ROUND_TRIPS));
    let row = row.in_times_of("bare tokio-tungstenite echo", echo_time.per(ROUND_TRIPS).median);
    Ok(vec![row.with_ratio_below(LARGEST_RATIO)])
}

fn round_trips(page: &Runtime, socket: &mut Socket) {
    page.block_on(async {
        for _ in 0..ROUND_TRIPS {
            round_trip(socket).await.expect("the server runs as long as the measurement");
        }
    });
}

async fn round_trip(socket: &mut Socket) -> Result<String> {
    socket.send(Message::text(SET)).await?;
    loop {
        let message = socket.next().await.context("the server has closed the connection")??;
        // The audio's state comes unasked; the answer and the echo have the request's id.
        if let Message::Text(text) = message
            && text.contains("\"id\":1234")
        {
            return Ok(text.to_string());
        }
    }
}

async fn connect(address: SocketAddr) -> Result<Socket> {
    let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/")).await?;
    if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
        stream.set_nodelay(true)?;
    }
    Ok(socket)
}

/// The development server, with this plugin's parameters and no audio.
async fn start_server(shutdown: impl Future<Output = ()> + Send + 'static) -> Result<SocketAddr> {
    let (meters, audio_status) = (MeterTap::default(), AudioStatusChannel::new(AudioPhase::Disabled));
    let parameters = parameters::infos();
    let info = PluginInfo::new("Wavecraft", "Wavecraft", "1.0.0", HostKind::DevServer);
    let host =
        Arc::new(DevServerHost::new(info, parameters, None, meters.clone(), audio_status.subscribe())?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let options = WsServerOptions {
        access: AccessRules::loopback(address.port(), []),
        limits: Limits::default(),
        page_folder: None,
    };
    let feeds =
        Feeds { meters, signals: SignalAnalyser::new(), audio_status: Some(audio_status.subscribe()) };
    tokio::spawn(WsServer::new(host, feeds, options).run(listener, shutdown));
    Ok(address)
}

/// The yardstick: whatever comes goes back.
async fn start_echo() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(echo(stream));
        }
    });
    Ok(address)
}

async fn echo(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut socket = tokio_tungstenite::accept_async(stream).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
