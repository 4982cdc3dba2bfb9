package crooked.shelf;

/// Hopes that a moment is long enough.
record Sleeps() {

    void aMoment() throws InterruptedException {
        Thread.sleep(1);
    }
}
