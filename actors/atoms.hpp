#pragma once

#include <caf/type_id.hpp>

CAF_BEGIN_TYPE_ID_BLOCK(carillon, caf::first_custom_type_id)

/// Asks whom something concerns and how it is.
CAF_ADD_ATOM(carillon, carillon, view_atom, "view")

/// Says that something due has come.
CAF_ADD_ATOM(carillon, carillon, tick_atom, "tick")

/// Finds who is responsible for a key.
CAF_ADD_ATOM(carillon, carillon, lookup_atom, "lookup")

/// Stores.
CAF_ADD_ATOM(carillon, carillon, put_atom, "put")

/// Fetches.
CAF_ADD_ATOM(carillon, carillon, get_atom, "get")

/// Removes.
CAF_ADD_ATOM(carillon, carillon, erase_atom, "erase")

/// Reads what was stored before.
CAF_ADD_ATOM(carillon, carillon, load_atom, "load")

/// Sends a message to a user or service at another peer.
CAF_ADD_ATOM(carillon, carillon, deliver_atom, "deliver")

/// Publishes a finger table.
CAF_ADD_ATOM(carillon, carillon, fingers_atom, "fingers")

/// Reports a peer that does not answer.
CAF_ADD_ATOM(carillon, carillon, failed_atom, "failed")

/// Leaves the ring in order.
CAF_ADD_ATOM(carillon, carillon, leave_atom, "leave")

/// Says that the ring was left.
CAF_ADD_ATOM(carillon, carillon, left_atom, "left")

/// Signs.
CAF_ADD_ATOM(carillon, carillon, seal_atom, "seal")

/// Verifies.
CAF_ADD_ATOM(carillon, carillon, check_atom, "check")

/// Tells of a record that has to be repaired.
CAF_ADD_ATOM(carillon, carillon, repair_atom, "repair")

/// Stands behind what was sent before.
CAF_ADD_ATOM(carillon, carillon, mark_atom, "mark")

CAF_END_TYPE_ID_BLOCK(carillon)
