package holdfast.pages;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The templates, compiled with the program: `storefront/cart.jte` is a class of the package
/// `holdfast.storefront`. Whatever they print is escaped for the place where it stands.
final class Templates {

    private static final String ROOT_PACKAGE = "holdfast";

    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Templates.class.getClassLoader(), ROOT_PACKAGE);

    /// @param name of the template, without `.jte`
    /// @param model its only parameter
    byte[] render(String name, Object model) {
        var output = new Utf8ByteOutput();
        engine.render(name + ".jte", model, output);
        var bytes = new ByteArrayOutputStream(output.getContentLength());
        try {
            output.writeTo(bytes::write);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory has no errors", e);
        }
        return bytes.toByteArray();
    }
}
