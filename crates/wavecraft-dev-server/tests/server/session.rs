//! Undo, slots and presets, for all pages alike.

use std::path::Path;

use wavecraft_dev_server::tell_pages_of_session;
use wavecraft_ipc::ParameterHost;
use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary, Session, SessionHost, Subscription};

use super::*;

/// A server whose plugin has a session, with factory presets in one folder and the user's in another.
struct Studio {
    server: TestServer,
    _told: Subscription,
}

impl Studio {
    async fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let info = PluginInfo::new("Test", "Test", "1.0.0", HostKind::DevServer);
        let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::clamped(0.5));
        let host = Arc::new(TestHost::new(info, vec![gain]));
        let plugin = PluginIdentity { vendor: "Test".to_owned(), name: "Test".to_owned() };
        let factory = FactoryBank::Folder(folder.join("factory"));
        let library = PresetLibrary::with_user_folder(plugin, factory, folder.join("user"));
        let session = Arc::new(SessionHost::new(Arc::clone(&host), Arc::new(Session::new(library))));
        let signals = SignalAnalyser::new();
        let (meters, (audio_status, _)) =
            (MeterTap::default(), watch::channel(AudioStatus::new(AudioPhase::Disabled, 0)));
        let feeds = Feeds { meters: meters.clone(), signals: signals.clone(), audio_status: None };
        let access = AccessRules::loopback(address.port(), []);
        let options = WsServerOptions { access, limits: Limits::default(), page_folder: None };
        let server = WsServer::new(session.clone(), feeds, options);
        let notifications = server.notification_sender();
        let told = tell_pages_of_session(&session, notifications.clone());
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(listener, async {
            let _ = stopped.await;
        }));
        let server = TestServer {
            address,
            host,
            meters,
            signals,
            audio_status,
            notifications,
            stop: Some(stop),
            running,
        };
        Self { server, _told: told }
    }
}

impl Page {
    /// Calls a method, and returns its result. Notifications before it are passed over.
    async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({"jsonrpc": "2.0", "id": "ask", "method": method, "params": params}).to_string())
            .await;
        loop {
            let message = self.next().await;
            if message["id"] == "ask" {
                return message["result"].clone();
            }
        }
    }

    /// The parameters of the next notification of this method; others are passed over.
    async fn told(&mut self, method: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["method"] == method {
                return message["params"].clone();
            }
        }
    }
}

#[tokio::test]
async fn undo_of_one_page_s_gesture_reaches_all_and_a_page_that_comes_back_sees_the_same_history() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::start(folder.path()).await;
    let (mut one, mut other) = (studio.server.connect().await, studio.server.connect().await);
    other.call("ping", json!({})).await;
    for (method, params) in [
        ("beginGesture", json!({"id": "gain"})),
        ("setParameter", json!({"id": "gain", "value": 0.25})),
        ("setParameter", json!({"id": "gain", "value": 0.75})),
        ("endGesture", json!({"id": "gain"})),
    ] {
        one.ask(method, params).await;
    }
    let history = json!({"can_undo": true, "can_redo": false, "undo_label": "Gain 0.75"});
    assert_eq!(other.told("historyChanged").await, history);

    drop(one);
    let mut again = studio.server.connect().await;
    assert_eq!(again.ask("getHistory", json!({})).await, history);
    assert_eq!(again.ask("undo", json!({})).await, json!({"applied": true}));
    other.told("parametersChanged").await;
    again.told("parametersChanged").await;
    assert_eq!(studio.server.host.get_parameter("gain").unwrap().get().to_bits(), 0.5_f32.to_bits());
    assert!(studio.server.host.open_gestures().is_empty());
    studio.server.stop().await;
}

#[tokio::test]
async fn slots_and_presets_are_one_for_all_pages() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("factory")).unwrap();
    std::fs::write(folder.path().join("factory/loud.toml"), "name = \"Loud\"\n[values]\ngain = 1\n").unwrap();
    let studio = Studio::start(folder.path()).await;
    let (mut one, mut other) = (studio.server.connect().await, studio.server.connect().await);
    let listed = other.call("listPresets", json!({})).await;
    assert_eq!(
        listed["result"],
        json!({"presets": [{"id": "factory/loud", "name": "Loud", "bank": "factory", "favourite": false}]})
    );

    one.ask("selectSlot", json!({"slot": "b"})).await;
    assert_eq!(other.told("slotChanged").await, json!({"selected": "b"}));
    one.ask("loadPreset", json!({"id": "factory/loud"})).await;
    let told = loop {
        let told = other.told("presetChanged").await;
        if !told["preset"].is_null() {
            break told;
        }
    };
    assert_eq!(
        told,
        json!({"preset": {"id": "factory/loud", "name": "Loud", "bank": "factory"}, "modified": false})
    );
    assert_eq!(one.ask("savePreset", json!({"name": "Mine"})).await, json!({"id": "user/Mine"}));
    other.told("presetsChanged").await;
    studio.server.stop().await;
}

#[tokio::test]
async fn a_factory_preset_that_its_author_has_just_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("factory")).unwrap();
    let studio = Studio::start(folder.path()).await;
    let mut page = studio.server.connect().await;
    assert_eq!(page.call("listPresets", json!({})).await["result"], json!({"presets": []}));
    std::fs::write(folder.path().join("factory/quiet.toml"), "name = \"Quiet\"\n").unwrap();
    page.told("presetsChanged").await;
    studio.server.stop().await;
}
