/// The pages in a real browser, told as stories: what a person sees and presses, and what comes of it.
@NullMarked
package holdfast.browser;

import org.jspecify.annotations.NullMarked;
