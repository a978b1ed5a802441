/**
 * Policies: what makes one usable, where its steps stand, what follows from it, and how the next is written without losing
 * anybody's change.
 */
package io.inkstream.schemas.rollout;
