package holdfast.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A message from one page to the next, in a cookie that lives as long as that takes. Shown as text, so it
/// does not matter that a browser could make one up.
public record Flash(Tone tone, String text) {

    /// How it is meant.
    public enum Tone {
        GOOD,
        NOTE,
        BAD;

        /// The class of its banner.
        public String css() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int TEXT_LENGTH_MAX = 500;

    /// Something has gone as it was wished.
    public static Flash good(String text) {
        return new Flash(Tone.GOOD, text);
    }

    /// Something is worth knowing.
    public static Flash note(String text) {
        return new Flash(Tone.NOTE, text);
    }

    /// Something could not be done.
    public static Flash bad(String text) {
        return new Flash(Tone.BAD, text);
    }

    String cookie() {
        String cut = text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX);
        return tone.css().charAt(0) + Base64.getUrlEncoder().withoutPadding().encodeToString(cut.getBytes(UTF_8));
    }

    /// Null if it is none of ours.
    static @Nullable Flash of(String cookie) {
        try {
            Tone tone = switch (cookie.charAt(0)) {
                case 'g' -> Tone.GOOD;
                case 'b' -> Tone.BAD;
                default -> Tone.NOTE;
            };
            String text = new String(Base64.getUrlDecoder().decode(cookie.substring(1)), UTF_8);
            return text.length() > TEXT_LENGTH_MAX ? null : new Flash(tone, text);
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return null;
        }
    }
}
