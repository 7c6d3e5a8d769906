#pragma once

namespace carillon::defaults {} // namespace carillon::defaults
