package holdfast.psp;

import java.io.IOException;

/// Where entries are kept. What was appended is read again when the provider starts, in the same order.
interface Journal extends AutoCloseable {

    /// Returns once the entry survives the death of this process; throws if it could not be written, and then
    /// it has not happened.
    void append(Entry entry) throws IOException;

    @Override
    void close() throws IOException;

    /// Forgets all.
    static Journal none() {
        return new Journal() {
            @Override
            public void append(Entry entry) {}

            @Override
            public void close() {}
        };
    }
}
