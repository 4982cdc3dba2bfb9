package holdfast.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Tells a webhook of a provider from a forged one, and what it is about.
public interface WebhookReader {

    /// The header that carries the signature.
    String signatureHeader();

    /// Reads what came, if the signature is right. Does not look at the clock: a signature is good for a while
    /// around [Told.Event#signedAt].
    ///
    /// @param body as it came, to the byte
    /// @param signature what the header says; null if there is none
    Told read(byte[] body, @Nullable String signature);

    /// What a webhook says.
    sealed interface Told {

        /// Something happened, or so the provider says.
        ///
        /// @param id the same whenever it is told again
        /// @param reference the payment it is about; null if it is about none
        record Event(String id, String type, @Nullable String reference, Instant createdAt, Instant signedAt)
                implements Told {}

        /// It is not for us to believe; why, in a sentence.
        record Refused(String because) implements Told {}

        /// It is signed with a secret of ours, and of another mode or account: whoever set it up has mixed up
        /// their keys; why, in a sentence.
        record Foreign(String because) implements Told {}
    }
}
