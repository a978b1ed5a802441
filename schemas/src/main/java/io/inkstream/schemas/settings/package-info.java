/** Settings: what may be set, where values come from and which of them wins. */
package io.inkstream.schemas.settings;
