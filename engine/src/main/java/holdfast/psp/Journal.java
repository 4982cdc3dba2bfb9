package holdfast.psp;

import java.io.IOException;

/// Where facts are kept. What was appended is read again when the provider starts, in the same order.
interface Journal extends AutoCloseable {

    /// Returns once the fact survives the death of this process; throws if it could not be written, and then
    /// the fact has not happened.
    void append(Fact fact) throws IOException;

    @Override
    void close() throws IOException;

    /// Forgets all.
    static Journal none() {
        return new Journal() {
            @Override
            public void append(Fact fact) {}

            @Override
            public void close() {}
        };
    }
}
