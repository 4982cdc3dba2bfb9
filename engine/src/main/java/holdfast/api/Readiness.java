package holdfast.api;

/// Whether requests should come to this server; whoever shares them out asks for it, at `/readyz`.
public final class Readiness {

    private volatile boolean leaving;

    /// From now on they should go elsewhere. Those that come all the same are answered as ever.
    public void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }
}
