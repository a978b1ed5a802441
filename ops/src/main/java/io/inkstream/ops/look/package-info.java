/** Makes drawn pictures look scanned, photographed or faxed, and says where everything has moved. */
package io.inkstream.ops.look;
