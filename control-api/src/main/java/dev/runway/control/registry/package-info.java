/** Models, versions, deployments, consumers and controls. */
@NullMarked
package dev.runway.control.registry;

import org.jspecify.annotations.NullMarked;
