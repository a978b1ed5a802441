/** Shows the hands of a model before anybody writes with them. */
package io.inkstream.ops.explore;
