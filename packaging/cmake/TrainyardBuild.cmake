# SPDX-License-Identifier: GPL-3.0-or-later
# How every target of Trainyard is built: one language standard, one set of warnings, one way to state a room.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
find_program(TRAINYARD_CCACHE ccache)
if(TRAINYARD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${TRAINYARD_CCACHE}")
endif()

# Programs lie as they are installed: bin/ and, beside it, libexec/trainyard/ for the helpers.
set(TRAINYARD_BIN_DIR "${PROJECT_BINARY_DIR}/bin")
set(TRAINYARD_LIBEXEC_DIR "${PROJECT_BINARY_DIR}/libexec/trainyard")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${TRAINYARD_BIN_DIR}")

add_library(trainyard_options INTERFACE)
target_include_directories(trainyard_options INTERFACE "${PROJECT_SOURCE_DIR}")
# -Wno-restrict: GCC 12 warns falsely about "literal" + std::string (its bug 105651).
# -Wno-maybe-uninitialized: and about the parts of a std::variant that it does not hold (its bug 105562).
target_compile_options(trainyard_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wno-restrict
  -Wno-maybe-uninitialized
  -fstack-protector-strong -fcf-protection)
target_compile_definitions(trainyard_options INTERFACE _GLIBCXX_ASSERTIONS)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT TRAINYARD_SANITIZE)
  target_compile_options(trainyard_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
target_link_options(trainyard_options INTERFACE -pie -Wl,--as-needed -Wl,-z,relro,-z,now)
if(TRAINYARD_SANITIZE)
  # -Wno-maybe-uninitialized: GCC 12 warns falsely in what the sanitizers instrument.
  target_compile_options(trainyard_options INTERFACE -fsanitize=${TRAINYARD_SANITIZE} -fno-omit-frame-pointer
    -Wno-maybe-uninitialized)
  target_link_options(trainyard_options INTERFACE -fsanitize=${TRAINYARD_SANITIZE})
endif()

# trainyard_room(NAME storage HEADERS a.h SOURCES a.cpp ROOMS base LINKS PkgConfig::X PUBLIC_LINKS Y)
# One folder of core is one static library trainyard_<name>; ROOMS are the arrows of core/README.md.
function(trainyard_room)
  cmake_parse_arguments(ROOM "" "NAME" "HEADERS;SOURCES;ROOMS;LINKS;PUBLIC_LINKS" ${ARGN})
  set(target "trainyard_${ROOM_NAME}")
  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${ROOM_HEADERS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${target} ${scope} trainyard_options ${ROOM_PUBLIC_LINKS})
  foreach(room IN LISTS ROOM_ROOMS)
    target_link_libraries(${target} ${scope} trainyard_${room})
  endforeach()
  if(ROOM_LINKS)
    target_link_libraries(${target} PRIVATE ${ROOM_LINKS})
  endif()
endfunction()

# A good part of what a test costs to compile is Qt's, nlohmann's and the standard library's headers: they are compiled once
# for each set of Qt modules. OFF proves that every test includes what it uses.
option(TRAINYARD_PRECOMPILE_TESTS "Compile the headers that all tests include once" ON)
function(trainyard_test_options target)
  # Qt's folders are other ones for every test and would make its precompiled headers unlike; only QFINDTESTDATA reads them.
  # Behind a precompiled header GCC 12 gives its false warning of bug 105651 (-Wrestrict) two other names.
  target_compile_options(${target} PRIVATE -Wno-stringop-overflow -Wno-array-bounds -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
endfunction()
# trainyard_test_headers(NAME core LINKS Qt6::Test HEADERS <QTest>): a set, which trainyard_test() takes by its name.
function(trainyard_test_headers)
  cmake_parse_arguments(SET "" "NAME" "LINKS;HEADERS" ${ARGN})
  set(target "trainyard_test_headers_${SET_NAME}")
  add_executable(${target} EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/tests/support/precompiled.cpp")
  target_link_libraries(${target} PRIVATE trainyard_options ${SET_LINKS})
  trainyard_test_options(${target})
  target_precompile_headers(${target} PRIVATE ${SET_HEADERS})
endfunction()

# trainyard_test(NAME tst_journal LINKS trainyard_storage LABELS core [SOURCES ...] [GUI])
# One Qt Test program, run by ctest with a time limit and a fixed locale; GUI tests run offscreen.
function(trainyard_test)
  cmake_parse_arguments(TEST "GUI" "NAME;TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT TEST_SOURCES)
    set(TEST_SOURCES "${TEST_NAME}.cpp")
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  add_executable(${TEST_NAME} ${TEST_SOURCES})
  set_target_properties(${TEST_NAME} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(${TEST_NAME} PRIVATE trainyard_options trainyard_test_support Qt6::Test ${TEST_LINKS})
  trainyard_test_options(${TEST_NAME})
  if(TRAINYARD_PRECOMPILE_TESTS)
    set(headers core)
    if("trainyard_studio_driver" IN_LIST TEST_LINKS)
      set(headers studio)
    elseif("trainyard_widgets" IN_LIST TEST_LINKS)
      set(headers widgets)
    endif()
    target_precompile_headers(${TEST_NAME} REUSE_FROM "trainyard_test_headers_${headers}")
  endif()
  add_test(NAME ${TEST_NAME} COMMAND ${TEST_NAME})
  set(environment "TRAINYARD_BIN_DIR=${TRAINYARD_BIN_DIR}" "LC_ALL=C.UTF-8"
    "TRAINYARD_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
  if(TEST_GUI)
    list(APPEND environment "QT_QPA_PLATFORM=offscreen")
  endif()
  set_tests_properties(${TEST_NAME} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}"
    ENVIRONMENT "${environment}")
endfunction()
