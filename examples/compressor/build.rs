fn main() {
    wavecraft_build::plugin();
}
