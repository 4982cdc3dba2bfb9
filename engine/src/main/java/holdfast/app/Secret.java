package holdfast.app;

/// Something that must not end up in a log: it shows itself to who asks for it by name.
record Secret(String reveal) {

    @Override
    public String toString() {
        return "(secret)";
    }
}
