/** The verbs {@code demo} and {@code replay}: real data through the running stack. */
@NullMarked
package dev.runway.demo;

import org.jspecify.annotations.NullMarked;
