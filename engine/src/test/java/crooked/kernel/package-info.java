/// The kernel of a small shop that breaks each rule of the architecture once, so that the rules have something to
/// find. A class says in its name what it breaks.
package crooked.kernel;
