# What every target of the project shares: language level, warnings,
# sanitizers, and the shape of a layer.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Sources that are compiled together see each other's names: there only locals
# are kept from hiding locals.
set(shadow_warning -Wshadow)
if(CARILLON_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(shadow_warning -Wshadow=local)
endif()

add_library(carillon_options INTERFACE)
target_compile_features(carillon_options INTERFACE cxx_std_20)
target_compile_options(carillon_options INTERFACE
  -Wall -Wextra -Wpedantic ${shadow_warning} -Wconversion -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
  # GCC 12 at -O3 sees impossible ways through std::variant, std::optional and
  # std::string, and reports pages about them. The presets whose warnings are
  # errors go without.
  target_compile_options(carillon_options INTERFACE
    -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict
    -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CARILLON_WERROR)
  target_compile_options(carillon_options INTERFACE -Werror)
endif()
if(CARILLON_SANITIZERS)
  target_compile_options(carillon_options INTERFACE
    -fsanitize=${CARILLON_SANITIZERS} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(carillon_options INTERFACE
    -fsanitize=${CARILLON_SANITIZERS})
endif()
if(CARILLON_SANITIZERS MATCHES thread)
  # ThreadSanitizer does not understand fences; Asio's locks do without them.
  target_compile_definitions(carillon_options INTERFACE
    BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# Speeds up every later build when the machine has it.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

# carillon_precompile(TARGET headers...)
#
# Precompiles headers for the sources of TARGET.
function(carillon_precompile target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()

# carillon_reuse_precompiled(TARGET OTHER)
#
# Lets TARGET use what is precompiled for OTHER.
function(carillon_reuse_precompiled target other)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  target_precompile_headers(${target} REUSE_FROM ${other})
endfunction()

# carillon_layer(NAME [LINK targets...] [PCH headers...] [UNITY])
#
# Defines the static library carillon_NAME. Its sources are added by the
# CMakeLists.txt of the layer's folders with target_sources(). UNITY says that
# the private names of its sources differ, so that they can be compiled several
# at once where CARILLON_UNITY asks for it.
function(carillon_layer name)
  cmake_parse_arguments(ARG "UNITY" "" "LINK;PCH" ${ARGN})
  add_library(carillon_${name} STATIC)
  set_target_properties(carillon_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(carillon_${name} PUBLIC
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(carillon_${name}
    PUBLIC ${ARG_LINK} PRIVATE carillon_options)
  if(ARG_UNITY AND CARILLON_UNITY)
    set_target_properties(carillon_${name} PROPERTIES
      UNITY_BUILD ON
      UNITY_BUILD_CODE_BEFORE_INCLUDE
        "// NOLINTNEXTLINE(bugprone-suspicious-include)")
  endif()
  if(ARG_PCH)
    carillon_precompile(carillon_${name} ${ARG_PCH})
  endif()
endfunction()
